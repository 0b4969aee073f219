#include "harness/report/sparkline.hpp"

#include "harness/report/page/page_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using page::testing_page::rare_hang;
using page::testing_page::red_id;

std::string drawn(const std::vector<spark>& sparks, glyphs with) {
    spark_axis axis;
    axis.take(sparks);
    std::string text;
    for (const spark& one : sparks) {
        text += axis.glyph_of(one, with);
    }
    return text;
}

TEST(Sparkline, RisesWithTheTimeOfTheStop) {
    EXPECT_EQ(drawn({{1}, {10}, {100}, {1000}}, glyphs::ascii), "_:+#");
    EXPECT_EQ(drawn({{1}, {1000}}, glyphs::blocks), "\u2581\u2588");
}

TEST(Sparkline, MakesNoMountainsOfNoise) {
    EXPECT_EQ(drawn({{10}, {11}, {10.5}}, glyphs::ascii), "___");
    EXPECT_EQ(drawn({{0}}, glyphs::ascii), "_");
}

TEST(Sparkline, ShowsOneHangAmongHundreds) {
    const page::page_series series = rare_hang(640);
    const std::vector<spark> sparks = sparks_of(*series.find(red_id), 20);
    ASSERT_EQ(sparks.size(), 20U);
    EXPECT_EQ(std::ranges::count_if(sparks, &spark::is_bad), 3);
    EXPECT_THAT(drawn(sparks, glyphs::ascii), testing::HasSubstr("#"));
    EXPECT_TRUE(sparks_of({}, 20).empty());
}

TEST(Sparkline, SaysWhatItsHeightsMean) {
    spark_axis axis;
    EXPECT_TRUE(axis.is_empty());
    axis.take({{12}, {7180}});
    EXPECT_EQ(axis.legend(glyphs::ascii), "stops: _ 12 ms .. # 7.18 s, logarithmic");
}

}  // namespace
}  // namespace stormdrain
