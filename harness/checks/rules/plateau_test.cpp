#include "harness/checks/rules/plateau.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <vector>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using values = std::vector<std::uint64_t>;

TEST(Plateau, IgnoresTheWarmUp) {
    EXPECT_FALSE(steady_rise_of(values{0, 50, 90, 100, 100, 100, 100, 100, 100}));
    EXPECT_FALSE(steady_rise_of(values{1, 2, 3, 4, 5, 6, 7, 8})) << "one round too short";
    EXPECT_TRUE(steady_rise_of(values{1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(Plateau, AllowsOneStepOfFiveToRest) {
    const auto risen = steady_rise_of(values{0, 0, 0, 4, 5, 5, 6, 7, 8});
    ASSERT_TRUE(risen);
    EXPECT_EQ(risen->from, 4U);
    EXPECT_EQ(risen->to, 8U);
    EXPECT_EQ(risen->first_risen, 4U);
    EXPECT_FALSE(steady_rise_of(values{0, 0, 0, 4, 5, 5, 6, 6, 7}));
}

TEST(Plateau, IsNotWhereItEndsAboveTheWarmUp) {
    EXPECT_FALSE(steady_rise_of(values{0, 0, 0, 9, 1, 2, 3, 4, 9}));
    EXPECT_TRUE(steady_rise_of(values{0, 0, 0, 8, 1, 2, 3, 4, 9}));
}

TEST(Plateau, AllowsFiveOrATwentiethOfTheConnections) {
    EXPECT_EQ(descriptors_growth_min(0), 5U);
    EXPECT_EQ(descriptors_growth_min(119), 5U);
    EXPECT_EQ(descriptors_growth_min(120), 6U);
}

}  // namespace
}  // namespace stormdrain::rules
