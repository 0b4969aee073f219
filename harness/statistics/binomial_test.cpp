#include "harness/statistics/binomial.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>
#include <utility>

namespace stormdrain {
namespace {

TEST(UpperBound95, IsExact) {
    EXPECT_NEAR(upper_bound_95(0, 1500), 1 - std::pow(0.05, 1.0 / 1500), 1e-12);
    EXPECT_NEAR(upper_bound_95(0, 1), 0.95, 1e-12);
    // Binomial(10, p) has P(X <= 3) = 0.05 at p = 0.60662.
    EXPECT_NEAR(upper_bound_95(3, 10), 0.60662, 1e-5);
    EXPECT_EQ(upper_bound_95(10, 10), 1.0);
    EXPECT_EQ(upper_bound_95(0, 0), 1.0);
}

// Goal: what is printed of a rare hang holds the true rate in 95 of 100 nights, or more.
TEST(UpperBound95, CoversTheTrueProbabilityAsOftenAsItSays) {
    constexpr int runs = 10'000;
    constexpr std::uint64_t trials = 1'500;
    constexpr double probability = 0.002;
    std::mt19937_64 random(0x5eed);
    std::binomial_distribution<std::uint64_t> hits(trials, probability);
    int upper_side = 0;
    for (int run = 0; run < runs; ++run) {
        const hit_count seen{hits(random), trials};
        upper_side += probability <= upper_bound_95(seen.hits, seen.trials) ? 1 : 0;
    }
    // Three standard deviations below 95 %: sqrt(0.95 * 0.05 / 10,000) is 0.22 %.
    EXPECT_GE(upper_side, runs * 943 / 1000);
    EXPECT_LT(upper_side, runs) << "a bound that is never wrong says nothing";
}

TEST(Interval95, IsThatOfClopperAndPearson) {
    // Binomial(60, p) has P(X >= 5) = 0.025 at the one and P(X <= 5) = 0.025 at the other.
    EXPECT_NEAR(interval_95({5, 60}).low, 0.027613, 1e-6);
    EXPECT_NEAR(interval_95({5, 60}).high, 0.183858, 1e-6);
    // With none or all of them one side is closed: 1 - 0.025^(1/n).
    EXPECT_EQ(interval_95({0, 60}).low, 0);
    EXPECT_NEAR(interval_95({0, 60}).high, 1 - std::pow(0.025, 1.0 / 60), 1e-12);
    EXPECT_NEAR(interval_95({60, 60}).low, std::pow(0.025, 1.0 / 60), 1e-12);
    EXPECT_EQ(interval_95({60, 60}).high, 1);
    EXPECT_EQ(interval_95({0, 0}), probability_interval{});
}

// Goal: what is printed of a replay holds the true rate in 95 of 100 replays, or more.
TEST(Interval95, CoversTheTrueProbabilityAsOftenAsItSays) {
    constexpr int runs = 10'000;
    std::mt19937_64 random(0x5eed);
    for (const auto& [trials, probability] :
         {std::pair<std::uint64_t, double>{60, 0.083}, {60, 0.5}, {1'500, 0.002}, {20, 0.95}}) {
        std::binomial_distribution<std::uint64_t> hits(trials, probability);
        int held = 0;
        for (int run = 0; run < runs; ++run) {
            const probability_interval seen = interval_95({hits(random), trials});
            held += seen.low <= probability && probability <= seen.high ? 1 : 0;
        }
        // Three standard deviations below 95 %: sqrt(0.95 * 0.05 / 10,000) is 0.22 %.
        EXPECT_GE(held, runs * 943 / 1000) << trials << " " << probability;
        EXPECT_LE(held, runs * 995 / 1000) << trials << " " << probability;
    }
}

TEST(TrialsToSee, IsThePowerOfAScenario) {
    EXPECT_EQ(trials_to_see(0.002), 1497U);
    EXPECT_EQ(trials_to_see(0.5), 5U);
    EXPECT_EQ(trials_to_see(1), 1U);
    EXPECT_EQ(trials_to_see(0), 0U);
    EXPECT_NEAR(static_cast<double>(trials_to_see(1e-9)), 2.9957e9, 1e6);
    EXPECT_THROW(trials_to_see(1.5), std::invalid_argument);
    EXPECT_THROW(trials_to_see(std::nan("")), std::invalid_argument);
}

TEST(ProbabilityRuledOut, IsItsInverse) {
    EXPECT_NEAR(probability_ruled_out(1497), 0.002, 1e-5);
    EXPECT_EQ(probability_ruled_out(0), 1);
}

TEST(ChanceOfDifference, IsThatOfFishersExactTest) {
    // The lady tasting tea: 34 of the 70 ways.
    EXPECT_NEAR(chance_of_difference({3, 4}, {1, 4}), 34.0 / 70, 1e-9);
    // 920 of the C(20, 9) = 167,960 ways.
    EXPECT_NEAR(chance_of_difference({8, 10}, {1, 10}), 920.0 / 167'960, 1e-12);
    EXPECT_NEAR(chance_of_difference({1, 10}, {8, 10}), 920.0 / 167'960, 1e-12);
    EXPECT_NEAR(chance_of_difference({5, 50}, {5, 50}), 1, 1e-9);
    EXPECT_EQ(chance_of_difference({0, 100}, {0, 300}), 1);
    EXPECT_EQ(chance_of_difference({0, 0}, {3, 10}), 1) << "nothing is known of one of them";
    EXPECT_LT(chance_of_difference({29, 270}, {0, 270}), 1e-8);
}

}  // namespace
}  // namespace stormdrain
