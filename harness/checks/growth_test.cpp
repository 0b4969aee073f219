#include "harness/checks/growth.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;

std::uint64_t threads(const rest_point& point) {
    return point.threads_count;
}

TEST(SteadyGrowth, IgnoresTheWarmUp) {
    EXPECT_FALSE(steady_growth(points_of({0, 50, 90, 100, 100, 100, 100, 100, 100}), threads));
    EXPECT_FALSE(steady_growth(points_of({1, 2, 3, 4, 5, 6, 7, 8}), threads)) << "too short";
}

TEST(SteadyGrowth, AllowsOneStepOfFiveToRest) {
    const auto grown = steady_growth(points_of({0, 0, 0, 4, 5, 5, 6, 7, 8}), threads);
    ASSERT_TRUE(grown);
    EXPECT_EQ(grown->total, 4U);
    EXPECT_EQ(grown->first_grown_cycle, 4U);
    EXPECT_EQ(describe(*grown, "threads"),
              "threads from 4 to 8, 0.8 a cycle (95 % 0.5 .. 1), first more in cycle 4");
    EXPECT_FALSE(steady_growth(points_of({0, 0, 0, 4, 5, 5, 6, 6, 7}), threads));
}

TEST(SlopeText, IsAPlainNumber) {
    EXPECT_EQ(to_text(slope_range{1.0 / 7, 0.125, 0.16}), "0.143 a cycle (95 % 0.125 .. 0.16)");
    EXPECT_EQ(to_text(slope_range{131'072, 130'900.4, 136'000}),
              "131072 a cycle (95 % 130900 .. 136000)");
}

// Goal: the rule for slow leaks says when it began, and how much it is.
TEST(SteadyGrowth, SeesOneMoreInEverySevenCycles) {
    std::vector<std::uint32_t> leaking;
    for (std::uint32_t cycle = 0; cycle < 60; ++cycle) {
        leaking.push_back(20 + cycle / 7);
    }
    const auto grown = steady_growth(points_of(leaking), threads);
    ASSERT_TRUE(grown);
    EXPECT_EQ(grown->first_grown_cycle, 7U);
    EXPECT_NEAR(grown->per_cycle.slope, 1.0 / 7, 0.01);
    EXPECT_GT(grown->per_cycle.low, 0);
    EXPECT_LE(grown->per_cycle.low, grown->per_cycle.slope);
    EXPECT_LE(grown->per_cycle.slope, grown->per_cycle.high);
}

}  // namespace
}  // namespace stormdrain
