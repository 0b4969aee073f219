#include "harness/report/comparison.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A run over one scenario in which these cycles broke the deadline.
run_tally run_with(hit_count broken, std::vector<double> stop_times_ms = {}) {
    run_tally run;
    scenario_tally& scenario = run.scenarios["nginx/shutdown_race/last_close"];
    scenario.done_count = broken.trials;
    scenario.checks["shutdown_deadline"].broken = broken;
    scenario.checks["shutdown_deadline"].message = "it was not over after 3 s";
    scenario.stop_times_ms = std::move(stop_times_ms);
    return run;
}

TEST(Comparison, IsSureThatALostWakeupWasRepaired) {
    const comparison found = compare(run_with({29, 270}), run_with({0, 270}));
    ASSERT_EQ(found.rates.size(), 1U);
    EXPECT_TRUE(found.rates[0].is_sure);
    EXPECT_TRUE(found.rates[0].is_gone());
    EXPECT_FALSE(found.rates[0].is_worse());
    EXPECT_LT(found.rates[0].chance, 0.001);
    const comparison back = compare(run_with({0, 270}), run_with({29, 270}));
    EXPECT_TRUE(back.rates[0].is_sure);
    EXPECT_TRUE(back.rates[0].is_worse());
    EXPECT_TRUE(back.rates[0].is_new());
}

TEST(Comparison, IsNotSureOfOneHangInAThousand) {
    const comparison found = compare(run_with({0, 1000}), run_with({1, 1000}));
    ASSERT_EQ(found.rates.size(), 1U);
    EXPECT_FALSE(found.rates[0].is_sure);
    EXPECT_TRUE(found.rates[0].is_new());
}

TEST(Comparison, HasNothingToSayOfPromisesThatBothKept) {
    EXPECT_THAT(compare(run_with({0, 1000}), run_with({0, 10})).rates, IsEmpty());
    EXPECT_THAT(compare(run_with({0, 0}), run_with({5, 10})).rates, IsEmpty())
        << "it could not be judged before";
}

// Goal: who asks two hundred questions gets one answer of 0.5 % by chance.
TEST(Comparison, AsksMoreOfOneAmongMany) {
    run_tally before = run_with({0, 100});
    run_tally after = run_with({10, 100});
    EXPECT_TRUE(compare(before, after).rates[0].is_sure) << compare(before, after).rates[0].chance;
    for (int other = 0; other < 50; ++other) {
        const std::string id = "nginx/others/" + std::to_string(other);
        before.scenarios[id].done_count = after.scenarios[id].done_count = 100;
        before.scenarios[id].checks["exit_status"].broken = {50, 100};
        after.scenarios[id].checks["exit_status"].broken = {50, 100};
    }
    const comparison found = compare(before, after);
    EXPECT_EQ(found.rates.size(), 51U);
    EXPECT_EQ(found.rates[0].check, "shutdown_deadline");
    EXPECT_FALSE(found.rates[0].is_sure);
}

// A run of a build that has hangs of its own, and stops with a long tail.
run_tally drawn_run(std::mt19937_64& random) {
    constexpr std::uint64_t cycles = 60;
    std::binomial_distribution<std::uint64_t> hangs(cycles, 0.08);
    std::binomial_distribution<std::uint64_t> resets(cycles, 0.5);
    std::lognormal_distribution<double> stop_time_ms(3, 1);
    run_tally run;
    for (int number = 0; number < 5; ++number) {
        scenario_tally& scenario = run.scenarios["nginx/races/" + std::to_string(number)];
        scenario.done_count = cycles;
        scenario.checks["shutdown_deadline"].broken = {hangs(random), cycles};
        scenario.checks["request_failed"].broken = {resets(random), cycles};
        for (std::uint64_t cycle = 0; cycle < cycles; ++cycle) {
            scenario.stop_times_ms.push_back(stop_time_ms(random));
        }
    }
    return run;
}

// Goal: a build beside itself is called different as seldom as it is said, over all questions.
TEST(Comparison, SeesNoDifferenceBetweenABuildAndItself) {
    constexpr int runs = 2'000;
    std::mt19937_64 random(0x5eed);
    int sure_rates = 0;
    int sure_stops = 0;
    for (int run = 0; run < runs; ++run) {
        const run_tally before = drawn_run(random);
        const comparison found = compare(before, drawn_run(random));
        sure_rates += std::ranges::any_of(found.rates, &rate_change::is_sure) ? 1 : 0;
        sure_stops += found.stops.empty() ? 0 : 1;
    }
    // Three standard deviations above it: sqrt(0.01 * 0.99 / 2,000) is 0.22 %.
    constexpr int allowed = static_cast<int>(runs * (chance_allowed + 0.0067));
    EXPECT_LE(sure_rates, allowed);
    EXPECT_LE(sure_stops, allowed);
}

// A run over one process that held so many in each cycle.
template <class Count>
run_tally run_holding(std::size_t cycles_count, Count count_of) {
    run_tally run = run_with({0, cycles_count});
    for (std::uint32_t cycle = 0; cycle < cycles_count; ++cycle) {
        rest_sample& sample =
            run.scenarios["nginx/shutdown_race/last_close"].at_rest.emplace_back();
        sample.cycle = cycle;
        sample.descriptors["epoll"] = count_of(cycle);
        sample.threads_count = 4;
        sample.resident_bytes = 8'000'000;
    }
    return run;
}

std::uint64_t steady(std::uint32_t) {
    return 5;
}

std::uint64_t slowly_leaking(std::uint32_t cycle) {
    return 5 + cycle / 7;
}

TEST(Comparison, NamesALeakThatOneRunHasAndTheOtherHasNot) {
    const comparison found = compare(run_holding(60, steady), run_holding(60, slowly_leaking));
    ASSERT_EQ(found.leaks.size(), 1U);
    const leak_change& leak = found.leaks.front();
    EXPECT_EQ(leak.what, "epoll descriptors");
    EXPECT_TRUE(leak.is_worse());
    EXPECT_FALSE(leak.is_warning());
    EXPECT_FALSE(leak.before);
    ASSERT_TRUE(leak.after);
    EXPECT_EQ(leak.after->first_grown_cycle, 7U);
    const comparison back = compare(run_holding(60, slowly_leaking), run_holding(60, steady));
    ASSERT_EQ(back.leaks.size(), 1U);
    EXPECT_FALSE(back.leaks.front().is_worse());
    EXPECT_FALSE(back.leaks.front().after);
}

TEST(Comparison, HasNothingToSayOfALeakThatStayedAsItWas) {
    EXPECT_THAT(compare(run_holding(60, slowly_leaking), run_holding(80, slowly_leaking)).leaks,
                IsEmpty());
    EXPECT_THAT(compare(run_holding(60, steady), run_holding(60, steady)).leaks, IsEmpty());
}

TEST(Comparison, NamesALeakThatBecameFaster) {
    const auto quickly = [](std::uint32_t cycle) { return 5 + 2 * std::uint64_t{cycle}; };
    const comparison found = compare(run_holding(60, slowly_leaking), run_holding(60, quickly));
    ASSERT_EQ(found.leaks.size(), 1U);
    EXPECT_TRUE(found.leaks.front().is_worse());
    EXPECT_TRUE(found.leaks.front().before);
    EXPECT_NEAR(found.leaks.front().after->per_cycle.slope, 2, 0.01);
}

// Goal: a run of ten cycles did not lack what takes forty to be seen.
TEST(Comparison, TakesNoShortRunForOneWithoutALeak) {
    EXPECT_THAT(compare(run_holding(10, slowly_leaking), run_holding(60, slowly_leaking)).leaks,
                IsEmpty());
    EXPECT_THAT(compare(run_holding(60, slowly_leaking), run_holding(10, slowly_leaking)).leaks,
                IsEmpty());
}

TEST(Comparison, NamesStopsThatTakeLonger) {
    std::vector<double> before;
    std::vector<double> after;
    for (int i = 0; i < 40; ++i) {
        before.push_back(80 + i % 7);
        after.push_back(120 + i % 7);
    }
    const comparison found = compare(run_with({0, 40}, before), run_with({0, 40}, after));
    ASSERT_EQ(found.stops.size(), 1U);
    EXPECT_NEAR(found.stops[0].how.by, 40, 1);
    EXPECT_NEAR(found.stops[0].median_before_ms, 83, 1);
    for (double& value : after) {
        value -= 39.5;  // half a millisecond: sure, and of no use to anybody
    }
    EXPECT_THAT(compare(run_with({0, 40}, before), run_with({0, 40}, after)).stops, IsEmpty());
}

TEST(Comparison, NamesScenariosThatOnlyOneOfThemRan) {
    run_tally before = run_with({0, 3});
    run_tally after = run_with({0, 3});
    before.scenarios["nginx/old"].done_count = 1;
    after.scenarios["nginx/new"].done_count = 1;
    after.scenarios["nginx/never_reached"].planned_count = 5;
    const comparison found = compare(before, after);
    EXPECT_THAT(found.only_before, ElementsAre("nginx/old"));
    EXPECT_THAT(found.only_after, ElementsAre("nginx/new"));
    EXPECT_EQ(found.compared_count, 1U);
}

}  // namespace
}  // namespace stormdrain
