#include "ci/benchmarks/cost_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace stormdrain::benchmarks {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;

// Without the heading.
std::string line_of(const cost_row& row) {
    const std::string text = to_text({row});
    return text.substr(text.find('\n') + 1);
}

TEST(CostTable, TellsADifferenceWithItsSignAndItsRange) {
    EXPECT_THAT(line_of(difference_row("stop to exit", {3, 5, 4}, {2.5, 2.5, 4.5})),
                MatchesRegex("stop to exit +ms +4\\.00 +2\\.50 +\\+0\\.50 +-0\\.50 \\.\\. "
                             "\\+2\\.50\n"));
}

TEST(CostTable, TakesTheDifferenceWithinARoundNotThatOfTheMedians) {
    // The machine was slow in the second round, for both.
    const cost_row row = difference_row("", {10, 110, 10}, {9, 109, 9});
    EXPECT_EQ(row.cost, (spread{1, 1, 1}));
}

TEST(CostTable, TellsARatio) {
    EXPECT_THAT(line_of(ratio_row("connections", "1/s", {8'000}, {16'000})),
                MatchesRegex("connections +1/s +8000 +16000 +x0\\.50 +x0\\.50 \\.\\. x0\\.50\n"));
}

TEST(CostTable, SaysWhetherTheMedianKeepsALimitAndWhetherEveryRoundAgrees) {
    cost_row row = whole_row("dossier", {180, 200, 1'200});
    row.limit = 1'000;
    EXPECT_THAT(line_of(row), AllOf(HasSubstr(" 200.0 "), HasSubstr("180.0 .. 1200"),
                                    EndsWith("< 1000  ok, not in every round\n")));
    row.limit = 200;
    EXPECT_THAT(line_of(row), EndsWith("< 200.0  OVER, not in every round\n"));
    row.limit = 100;
    EXPECT_THAT(line_of(row), EndsWith("< 100.0  OVER\n"));
    row.limit = 2'000;
    EXPECT_THAT(line_of(row), EndsWith("< 2000  ok\n"));
}

TEST(CostTable, SaysWhyThereIsNoFigure) {
    EXPECT_EQ(line_of(missing_row("nginx", "not installed")), "nginx: not installed\n");
}

}  // namespace
}  // namespace stormdrain::benchmarks
