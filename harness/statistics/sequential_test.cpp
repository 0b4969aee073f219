#include "harness/statistics/sequential.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <stdexcept>

namespace stormdrain {
namespace {

constexpr int tests_count = 4'000;
// Three standard deviations above 5 % of them: sqrt(0.05 * 0.95 / 4,000) is 0.34 %.
constexpr int wrong_answers_max = tests_count * 605 / 10'000;

struct outcome {
    int as_before = 0;
    int rarer = 0;
    std::uint64_t trials = 0;
};

outcome many_tests(double usual_rate, double true_rate) {
    std::mt19937_64 random(0x5eed);
    std::bernoulli_distribution hit(true_rate);
    outcome all;
    for (int test = 0; test < tests_count; ++test) {
        sequential_rate_test one(usual_rate);
        while (one.answer() == rate_answer::undecided) {
            one.add(hit(random));
        }
        all.as_before += one.answer() == rate_answer::as_before ? 1 : 0;
        all.rarer += one.answer() == rate_answer::rarer ? 1 : 0;
        all.trials += one.seen().trials;
    }
    return all;
}

TEST(SequentialRateTest, ErrsNoMoreOftenThanItSays) {
    for (const double rate : {0.01, 0.08, 0.3, 0.75, 0.95}) {
        SCOPED_TRACE(rate);
        EXPECT_LE(many_tests(rate, rate).rarer, wrong_answers_max);
        EXPECT_LE(many_tests(rate, rate / 3).as_before, wrong_answers_max);
        EXPECT_EQ(many_tests(rate, 0).as_before, 0);
    }
}

TEST(SequentialRateTest, AlwaysAnswersAlsoBetweenTheTwoRates) {
    const outcome between = many_tests(0.08, 0.08 / 1.8);
    EXPECT_EQ(between.as_before + between.rarer, tests_count);
    EXPECT_LE(between.trials, sequential_rate_test(0.08).trials_max() * tests_count);
}

// Goal: a step of shrinking a hang of 8 % costs no more than it has to.
TEST(SequentialRateTest, NeedsFewTrials) {
    const sequential_rate_test rare(0.08);
    EXPECT_EQ(rare.hits_in_a_row(), 3U);
    EXPECT_EQ(rare.quiet_trials(), 54U);
    EXPECT_LT(rare.quiet_trials(), trials_to_see(0.08 / 3)) << "trials of a fixed number";
    const sequential_rate_test certain(0.75);
    EXPECT_EQ(certain.hits_in_a_row(), 3U);
    EXPECT_EQ(certain.quiet_trials(), 3U);
}

TEST(SequentialRateTest, KeepsItsAnswer) {
    sequential_rate_test one(0.75);
    for (int trial = 0; trial < 3; ++trial) {
        one.add(true);
    }
    EXPECT_EQ(one.answer(), rate_answer::as_before);
    for (int trial = 0; trial < 100; ++trial) {
        EXPECT_EQ(one.add(false), rate_answer::as_before);
    }
    EXPECT_EQ(one.seen(), (hit_count{3, 3}));
}

TEST(SequentialRateTest, TakesNoRateThatLeavesNothingToTest) {
    EXPECT_THROW(sequential_rate_test(0), std::invalid_argument);
    EXPECT_THROW(sequential_rate_test(1), std::invalid_argument);
    EXPECT_THROW(sequential_rate_test(-0.1), std::invalid_argument);
}

TEST(CautiousRate, IsNeverCertain) {
    EXPECT_NEAR(cautious_rate({3, 3}), std::cbrt(0.05), 1e-9);
    EXPECT_NEAR(cautious_rate({5, 5}), std::pow(0.05, 0.2), 1e-9);
    // Binomial(99, p) has P(X >= 8) = 0.05 at p = 0.04094.
    EXPECT_NEAR(cautious_rate({8, 99}), 0.0409, 1e-4);
    EXPECT_DOUBLE_EQ(cautious_rate({0, 0}), 0);
}

// Goal: the usual rate is not known but measured, until eight hits or five in a row, and a change
// that leaves it as it is is given up as seldom as is said.
TEST(SequentialRateTest, ErrsNoMoreOftenWithARateThatWasMeasured) {
    std::mt19937_64 random(0x5eed);
    for (const double rate : {0.02, 0.1, 0.3, 0.57, 0.8, 0.97}) {
        SCOPED_TRACE(rate);
        std::bernoulli_distribution hit(rate);
        int given_up = 0;
        for (int test = 0; test < tests_count; ++test) {
            hit_count first;
            while (first.hits < 8 && !(first.hits == 5 && first.trials == 5)) {
                ++first.trials;
                first.hits += hit(random) ? 1U : 0U;
            }
            sequential_rate_test one(cautious_rate(first));
            while (one.answer() == rate_answer::undecided) {
                one.add(hit(random));
            }
            given_up += one.answer() == rate_answer::rarer ? 1 : 0;
        }
        EXPECT_LE(given_up, wrong_answers_max);
    }
}

}  // namespace
}  // namespace stormdrain
