#include "harness/report/page/charts.hpp"

#include "harness/report/page/page_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::page {
namespace {

using namespace testing_page;
using testing::HasSubstr;

constexpr chart_size size{690, 210};

TEST(Charts, OfNothingAreNothing) {
    const scenario_series none;
    EXPECT_EQ(draw_stops(none, size), "");
    EXPECT_EQ(draw_sparkline(none, size), "");
    EXPECT_EQ(draw_tail(none, size), "");
    EXPECT_EQ(draw_descriptors(none, size), "");
    EXPECT_EQ(draw_latency(none, size), "");
}

TEST(Charts, OfStopsNameTheDeadlineAndTheCyclesThatMissedIt) {
    const page_series series = rare_hang(700);
    const std::string picture = draw_stops(*series.find(red_id), size);
    EXPECT_THAT(picture, HasSubstr("deadline 3 s"));
    EXPECT_THAT(picture, HasSubstr("promised 1 s"));
    EXPECT_THAT(picture, HasSubstr("cycle 431"));
    EXPECT_THAT(picture, HasSubstr("4 cycles a column"));
}

// A shelf at 1 of 100 is what tells a rare hang from general slowness.
TEST(Charts, OfATailHaveAShelfWhereFewAreSlow) {
    scenario_series all;
    for (int i = 0; i < 99; ++i) {
        all.stop_times.add(20);
    }
    all.stop_times.add(5000);
    const std::vector<time_histogram::step> steps = all.stop_times.tail();
    const std::string picture = draw_tail(all, size);
    // From the top to the line of 1 %.
    EXPECT_THAT(picture, testing::ContainsRegex("M62 34H[0-9.]+V175.1H"));
    EXPECT_LT(steps[0].below_ms, steps[1].above_ms);
}

// Goal: a page of 10,000 cycles stays below 300 KB.
TEST(Charts, HaveABoundedSize) {
    constexpr std::size_t bytes_max = 16'000;
    const page_series series = rare_hang(3000);
    const scenario_series& all = *series.find(red_id);
    EXPECT_LT(draw_stops(all, size).size(), bytes_max);
    EXPECT_LT(draw_tail(all, size).size(), bytes_max);
    EXPECT_LT(draw_latency(all, size).size(), bytes_max);
    constexpr std::size_t word_bytes_max = 2'000;
    EXPECT_LT(draw_sparkline(all, {180, 22}).size(), word_bytes_max);
}

TEST(Charts, OfDescriptorsSayHowMuchTheyGrow) {
    scenario_series leaks;
    for (int cycle = 0; cycle < 50; ++cycle) {
        leaks.longest_life.add({double(cycle), 10.0 + 2.0 * cycle});
    }
    EXPECT_THAT(draw_descriptors(leaks, size), HasSubstr("2 a cycle (95 % 2 .. 2)"));
}

}  // namespace
}  // namespace stormdrain::page
