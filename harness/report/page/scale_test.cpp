#include "harness/report/page/scale.hpp"

#include <gmock/gmock.h>

namespace stormdrain::page {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

TEST(Scale, PutsValuesBetweenItsEnds) {
    const scale x(axis_kind::linear, 0, 200, 10, 110);
    EXPECT_DOUBLE_EQ(x.place_of(0), 10);
    EXPECT_DOUBLE_EQ(x.place_of(50), 35);
    EXPECT_DOUBLE_EQ(x.place_of(900), 110) << "beyond the end";
}

TEST(Scale, IsUpsideDownWhereItsPlacesAre) {
    const scale y(axis_kind::logarithmic, 1, 100, 200, 0);
    EXPECT_DOUBLE_EQ(y.place_of(10), 100);
    EXPECT_DOUBLE_EQ(y.place_of(0), 200) << "a logarithmic axis has no zero";
}

TEST(Scale, NamesRoundValues) {
    EXPECT_THAT(scale(axis_kind::linear, 0, 60, 0, 1).ticks(4),
                ElementsAre(DoubleEq(0), DoubleEq(20), DoubleEq(40), DoubleEq(60)));
    EXPECT_THAT(scale(axis_kind::logarithmic, 0.5, 2000, 0, 1).ticks(4),
                ElementsAre(DoubleEq(1), DoubleEq(10), DoubleEq(100), DoubleEq(1000)));
}

TEST(Scale, OfFewPowersOfTenNamesWhatIsBetween) {
    EXPECT_THAT(scale(axis_kind::logarithmic, 15, 250, 0, 1).ticks(4),
                ElementsAre(DoubleEq(20), DoubleEq(50), DoubleEq(100), DoubleEq(200)));
}

TEST(Scale, OfOneValueStillHasAWidth) {
    EXPECT_DOUBLE_EQ(scale(axis_kind::linear, 5, 5, 0, 10).place_of(5), 0);
    EXPECT_FALSE(scale(axis_kind::linear, 5, 5, 0, 10).ticks(3).empty());
}

TEST(TimeLabel, IsForPeople) {
    EXPECT_EQ(time_label(1500), "1.5 s");
    EXPECT_EQ(time_label(200), "200 ms");
    EXPECT_EQ(share_label(0.0015), "0.15 %");
}

}  // namespace
}  // namespace stormdrain::page
