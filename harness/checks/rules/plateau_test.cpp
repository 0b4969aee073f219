#include "harness/checks/rules/plateau.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace stormdrain::rules {
namespace {

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

// The first round in which it is seen, of so many; 0: in none.
template <class Value>
std::size_t seen_in(std::size_t rounds_count, Value value_of) {
    values so_far;
    while (so_far.size() < rounds_count) {
        so_far.push_back(static_cast<std::uint64_t>(value_of(so_far.size())));
        if (slow_rise_of(so_far)) {
            return so_far.size() - 1;
        }
    }
    return 0;
}

TEST(SlowRise, SeesWhatLeaksInEverySeventhRound) {
    const auto every_seventh = [](std::size_t round) { return 10 + round / 7; };
    const std::size_t seen = seen_in(50, every_seventh);
    ASSERT_GT(seen, 0U);
    values leak;
    for (std::size_t round = 0; round <= seen; ++round) {
        leak.push_back(every_seventh(round));
    }
    const auto risen = slow_rise_of(leak);
    ASSERT_TRUE(risen);
    EXPECT_EQ(risen->first_risen, 7U);
    EXPECT_EQ(risen->from, 10U);
    EXPECT_EQ(risen->to, leak.back());
    EXPECT_FALSE(steady_rise_of(leak)) << "the rule for fast leaks does not";
}

TEST(SlowRise, SeesItBehindWhatComesAndGoes) {
    std::mt19937_64 random(0x5eed);
    std::bernoulli_distribution one_more(0.2);
    EXPECT_GT(
        seen_in(100,
                [&](std::size_t round) { return 10 + round / 7 + (one_more(random) ? 1U : 0U); }),
        0U);
}

TEST(SlowRise, SeesALeakThatBeginsLate) {
    EXPECT_GT(
        seen_in(100, [](std::size_t round) { return 10 + (round > 40 ? (round - 40) / 5 : 0); }),
        0U);
}

// Goal: nothing that a sound server does over three hundred restarts is taken for a leak.
TEST(SlowRise, IsNoWarmUpNoStepAndNoSaw) {
    constexpr std::size_t rounds = 300;
    EXPECT_EQ(seen_in(rounds, [](std::size_t round) { return std::min<std::size_t>(round, 9); }),
              0U);
    for (const std::size_t at : {5U, 12U, 30U, 60U}) {
        EXPECT_EQ(seen_in(rounds, [&](std::size_t round) { return round < at ? 4 : 30; }), 0U)
            << at;
        EXPECT_EQ(
            seen_in(rounds,
                    [&](std::size_t round) { return 4 + round / at > 7 ? 8 : 4 + round / at; }),
            0U)
            << "three steps, one after " << at;
    }
    for (const std::size_t tooth : {2U, 7U, 10U, 20U, 25U, 30U, 40U}) {
        EXPECT_EQ(seen_in(rounds, [&](std::size_t round) { return 10 + round % tooth; }), 0U)
            << tooth;
        EXPECT_EQ(seen_in(rounds, [&](std::size_t round) { return 10 + round % tooth / 3; }), 0U)
            << tooth;
    }
    for (const double rounds_to_fill : {5.0, 15.0, 30.0}) {
        const auto pool = [&](std::size_t round) {
            return std::lround(20 * (1 - std::exp(-static_cast<double>(round) / rounds_to_fill)));
        };
        EXPECT_EQ(seen_in(rounds, pool), 0U) << rounds_to_fill;
    }
}

TEST(SlowRise, IsNoNoise) {
    std::mt19937_64 random(0x5eed);
    for (const int spread : {1, 4, 20}) {
        std::uniform_int_distribution<int> noise(0, spread);
        for (int server = 0; server < 20; ++server) {
            EXPECT_EQ(seen_in(100, [&](std::size_t) { return 10 + noise(random); }), 0U);
        }
    }
}

TEST(Plateau, AllowsFiveOrATwentiethOfTheConnections) {
    EXPECT_EQ(descriptors_growth_min(0), 5U);
    EXPECT_EQ(descriptors_growth_min(119), 5U);
    EXPECT_EQ(descriptors_growth_min(120), 6U);
}

}  // namespace
}  // namespace stormdrain::rules
