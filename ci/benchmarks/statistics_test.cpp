#include "ci/benchmarks/statistics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace stormdrain::benchmarks {
namespace {

using testing::ElementsAre;

TEST(Median, IsTheOneInTheMiddleWhateverTheOrder) {
    EXPECT_EQ(median_of({9, 1, 5}), 5);
    EXPECT_EQ(median_of({7}), 7);
}

TEST(Median, OfAnEvenNumberIsHalfwayBetweenTheTwoInTheMiddle) {
    EXPECT_EQ(median_of({8, 1, 2, 4}), 3);
}

TEST(Median, IsNotMovedByOneStarvedValue) {
    EXPECT_EQ(median_of({1, 1, 1, 1, 1'000}), 1);
}

TEST(Spread, TellsTheRangeBesideTheMedian) {
    EXPECT_EQ(spread_of({3, -1, 2}), (spread{2, -1, 3}));
}

TEST(Spread, OfNothingIsAnErrorAndNotZero) {
    EXPECT_THROW(median_of({}), std::invalid_argument);
    EXPECT_THROW(spread_of({}), std::invalid_argument);
}

TEST(Pairs, AreComparedOneByOne) {
    EXPECT_THAT(differences({5, 7}, {4, 9}), ElementsAre(1, -2));
    EXPECT_THAT(ratios({5, 9}, {4, 3}), ElementsAre(1.25, 3));
}

TEST(Pairs, ThatDoNotMatchAreAnError) {
    EXPECT_THROW(differences({1, 2}, {1}), std::invalid_argument);
    EXPECT_THROW(ratios({1}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace stormdrain::benchmarks
