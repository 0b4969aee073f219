#include "harness/load/engine/arrival_schedule.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

std::vector<duration> first_of(const arrivals& plan, std::size_t count, schedule_share share = {},
                               seed of_load = 1) {
    arrival_schedule schedule(plan, share, of_load);
    std::vector<duration> times;
    while (times.size() < count) {
        times.push_back(schedule.next());
        schedule.take();
    }
    return times;
}

TEST(ArrivalSchedule, IsEvenFromTheFirstRequestOn) {
    EXPECT_THAT(first_of({.per_second = 1000}, 4), ElementsAre(0ms, 1ms, 2ms, 3ms));
}

// Goal: shares together are due when one alone would be.
TEST(ArrivalSchedule, SharesOutTheSameRequests) {
    const arrivals plan{.per_second = 2000, .ramp = 20ms};
    std::vector<duration> shared;
    for (std::uint32_t number = 0; number < 3; ++number) {
        const std::vector<duration> part = first_of(plan, 50, {number, 3});
        shared.insert(shared.end(), part.begin(), part.end());
    }
    std::ranges::sort(shared);
    EXPECT_EQ(shared, first_of(plan, 150));
}

TEST(ArrivalSchedule, RampsUpToItsRate) {
    const arrivals plan{.per_second = 1000, .ramp = 1s};
    const std::vector<duration> times = first_of(plan, 1001);
    // Half of the rate on average: 500 requests in the ramp, and a quarter of them in half of it.
    EXPECT_EQ(times[125], 500ms);
    EXPECT_EQ(times[500], 1s);
    EXPECT_EQ(times[501], 1001ms);
    EXPECT_EQ(times[1000], 1500ms);
}

TEST(ArrivalSchedule, DrawsRandomArrivalsFromTheSeed) {
    const arrivals plan{.per_second = 1000, .ramp = 0s, .manner = arrival_manner::random};
    const std::vector<duration> times = first_of(plan, 20'000);
    EXPECT_EQ(times, first_of(plan, 20'000));
    EXPECT_NE(times, first_of(plan, 20'000, {}, 2));
    EXPECT_TRUE(std::ranges::is_sorted(times));
    // 20 s, with a standard deviation of 0.14 s.
    EXPECT_GT(times.back(), 19s);
    EXPECT_LT(times.back(), 21s);
    // Of a Poisson process, 63.2 % of the gaps are below the mean.
    std::size_t short_gaps_count = 0;
    for (std::size_t index = 1; index < times.size(); ++index) {
        short_gaps_count += times[index] - times[index - 1] < 1ms ? 1U : 0U;
    }
    EXPECT_NEAR(static_cast<double>(short_gaps_count) / 20'000, 0.632, 0.02);
}

}  // namespace
}  // namespace stormdrain
