#include "harness/statistics/slope.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <vector>

namespace stormdrain {
namespace {

std::vector<xy_point> line(std::size_t count, double slope, double from) {
    std::vector<xy_point> points;
    for (std::size_t index = 0; index < count; ++index) {
        const auto x = static_cast<double>(index);
        points.push_back({x, from + slope * x});
    }
    return points;
}

TEST(Slope, IsThatOfALine) {
    const auto found = slope_of(line(20, 3, 40));
    ASSERT_TRUE(found);
    EXPECT_DOUBLE_EQ(found->slope, 3);
    EXPECT_DOUBLE_EQ(found->low, 3);
    EXPECT_TRUE(found->is_growth());
    EXPECT_FALSE(slope_of(line(20, 0, 40))->is_growth());
    EXPECT_FALSE(slope_of(line(20, -1, 40))->is_growth());
}

TEST(Slope, DoesNotMindAFewWildPoints) {
    std::vector<xy_point> points = line(30, 2, 10);
    points[3].y = 4000;
    points[17].y = -900;
    points[29].y = 8000;
    const auto found = slope_of(points);
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->slope, 2, 0.2);
    EXPECT_TRUE(found->is_growth());
    std::vector<xy_point> level = line(30, 0, 10);
    level[29].y = 4000;  // the last cycle was busy with something
    EXPECT_FALSE(slope_of(level)->is_growth());
}

TEST(Slope, NeedsPointsThatSaySomething) {
    EXPECT_FALSE(slope_of(line(slope_points_min - 1, 1, 0)));
    EXPECT_FALSE(slope_of(std::vector<xy_point>(10, {4, 7})));
    EXPECT_TRUE(slope_of(line(slope_points_min, 1, 0)));
}

TEST(Slope, HoldsTheTrueOneAsOftenAsItSays) {
    std::mt19937_64 random(0x5eed);
    std::normal_distribution<double> noise(0, 3);
    int held = 0;
    int accused = 0;
    constexpr int runs = 2'000;
    for (int run = 0; run < runs; ++run) {
        std::vector<xy_point> grows = line(40, 0.5, 100);
        std::vector<xy_point> level = line(40, 0, 100);
        for (std::size_t index = 0; index < grows.size(); ++index) {
            grows[index].y += noise(random);
            level[index].y += noise(random);
        }
        const auto found = slope_of(grows);
        held += found->low <= 0.5 && 0.5 <= found->high ? 1 : 0;
        accused += slope_of(level)->is_growth() ? 1 : 0;
    }
    EXPECT_GE(held, runs * 94 / 100);
    EXPECT_LE(accused, runs * 4 / 100);
}

TEST(Slope, IsThatOfMorePointsThanItPairs) {
    const auto found = slope_of(line(5 * slope_points_max, 0.25, 7));
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->slope, 0.25, 1e-9);
}

}  // namespace
}  // namespace stormdrain
