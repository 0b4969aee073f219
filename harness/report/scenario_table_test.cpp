#include "harness/report/scenario_table.hpp"

#include "harness/report/page/page_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using page::testing_page::rare_hang;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ScenarioTable, SaysHowOftenAndHowLong) {
    const scenario_table made = table_of(testing_results::mixed(), {}, glyphs::ascii);
    EXPECT_THAT(made.table.rows.front(),
                ElementsAre("scenario", "cycles", "broken", "at 95 %", "worst stop", "verdict"));
    EXPECT_THAT(made.table.rows.at(1),
                ElementsAre("salvo-0_63/shutdown/moments/at=idle,faults=reset", "1400/2000",
                            "3 of 1400", "0.044 % .. 0.62 %", "1.23 s", "fail"));
    EXPECT_THAT(made.outcomes, ElementsAre(verdict::fail, verdict::inconclusive, verdict::skipped));
    EXPECT_FALSE(made.stops_column);
}

TEST(ScenarioTable, DrawsTheStopsWhereTheyAreKnown) {
    const scenario_table made = table_of(testing_results::mixed(), rare_hang(640), glyphs::ascii);
    EXPECT_EQ(made.table.rows.front().at(made.stops_column.value()), "stops");
    EXPECT_THAT(made.table.rows.at(1).at(*made.stops_column), HasSubstr("#"));
    EXPECT_EQ(made.table.rows.at(2).at(*made.stops_column), "");
    EXPECT_EQ(made.table.rows.at(1).at(4), "not over") << "three of them never ended";
    EXPECT_EQ(made.table.rows.at(1).back(), "fail");
}

TEST(ScenarioTable, LeavesCellsToTheirGrid) {
    EXPECT_TRUE(table_of(testing_results::with_grid(), {}, glyphs::ascii).is_empty());
}

}  // namespace
}  // namespace stormdrain
