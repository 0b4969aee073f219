#include "harness/statistics/shift.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <random>
#include <vector>

namespace stormdrain {
namespace {

// All ways to take half of the values for the first's: how many are as far from the middle. Twice
// its mean, the rank sum is a whole number.
double exact_chance(const std::vector<double>& one, const std::vector<double>& other) {
    std::vector<double> all = one;
    all.insert(all.end(), other.begin(), other.end());
    const auto doubled_rank = [&](double value) {
        const auto below = std::ranges::count_if(all, [&](double each) { return each < value; });
        return 2 * below + std::ranges::count(all, value) + 1;
    };
    std::vector<std::ptrdiff_t> ranks;
    for (const double value : all) {
        ranks.push_back(doubled_rank(value));
    }
    const auto middle = std::accumulate(ranks.begin(), ranks.end(), std::ptrdiff_t{0}) *
                        std::ssize(one) / std::ssize(all);
    const auto seen =
        std::accumulate(ranks.begin(), ranks.begin() + std::ssize(one), std::ptrdiff_t{0});
    std::vector<bool> taken(all.size(), false);
    std::fill(taken.end() - std::ssize(one), taken.end(), true);
    double as_far = 0;
    double ways = 0;
    do {
        std::ptrdiff_t sum = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            sum += taken[i] ? ranks[i] : 0;
        }
        as_far += std::abs(sum - middle) >= std::abs(seen - middle) ? 1 : 0;
        ++ways;
    } while (std::next_permutation(taken.begin(), taken.end()));
    return as_far / ways;
}

TEST(ShiftBetween, IsNearTheExactChance) {
    const std::vector<double> one{1.1, 2.2, 3.3, 4.4, 5.5, 6.6, 7.7, 8.8};
    for (const double by : {0.5, 2.05, 4.05, 6.05}) {
        std::vector<double> other = one;
        for (double& value : other) {
            value += by;
        }
        const auto found = shift_between(one, other);
        ASSERT_TRUE(found);
        EXPECT_NEAR(found->chance, exact_chance(one, other), 0.02) << by;
        EXPECT_NEAR(found->by, by, 1.1) << by;
    }
}

TEST(ShiftBetween, TakesEqualValuesForEqual) {
    const std::vector<double> one{1, 1, 1, 2, 2, 3, 3, 3};
    const std::vector<double> other{2, 2, 3, 3, 4, 4, 4, 5};
    const auto found = shift_between(one, other);
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->chance, exact_chance(one, other), 0.01);
    const std::vector<double> alike(10, 7);
    EXPECT_FALSE(shift_between(alike, alike)) << "without a spread nothing can be ranked";
}

TEST(ShiftBetween, NeedsSomeValuesOfEach) {
    EXPECT_FALSE(shift_between({1, 2, 3}, {4, 5, 6, 7, 8, 9, 10, 11, 12}));
    EXPECT_FALSE(shift_between({}, {}));
}

TEST(ShiftBetween, IsRarelyAccusedByChanceAndFindsOneThatIsThere) {
    std::mt19937_64 random(0x5eed);
    std::lognormal_distribution<double> stop_ms(1, 0.5);
    int accused = 0;
    int found = 0;
    constexpr int runs = 1'000;
    for (int run = 0; run < runs; ++run) {
        std::vector<double> one;
        std::vector<double> same;
        std::vector<double> slower;
        for (int i = 0; i < 60; ++i) {
            one.push_back(stop_ms(random));
            same.push_back(stop_ms(random));
            slower.push_back(stop_ms(random) * 1.6);
        }
        accused += shift_between(one, same)->chance < 0.05 ? 1 : 0;
        found += shift_between(one, slower)->chance < 0.001 ? 1 : 0;
    }
    EXPECT_LE(accused, runs * 7 / 100);
    EXPECT_GE(found, runs * 9 / 10);
}

TEST(ShiftBetween, ComparesMoreValuesThanItPairs) {
    std::vector<double> one;
    std::vector<double> other;
    for (std::size_t i = 0; i < 3 * values_compared_max; ++i) {
        one.push_back(static_cast<double>(i));
        other.push_back(static_cast<double>(i) + 500);
    }
    const auto found = shift_between(one, other);
    ASSERT_TRUE(found);
    EXPECT_LT(found->chance, 1e-6);
    EXPECT_NEAR(found->by, 500, 5);
}

}  // namespace
}  // namespace stormdrain
