#include "harness/report/grid_table.hpp"

#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_results;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

TEST(GridsOf, PutsEveryCellInItsPlace) {
    const run_results results = with_grid();
    const std::vector<grid_table> tables = grids_of(results);
    ASSERT_THAT(tables, SizeIs(1));
    EXPECT_THAT(tables[0].rows, ElementsAre("silent", "idle_keep_alive", "tls_hello"));
    EXPECT_THAT(tables[0].columns, ElementsAre("idle", "before_first_byte", "second_signal"));
    EXPECT_EQ(tables[0].at(0, 1), &results.scenarios[1]);
    EXPECT_EQ(tables[0].at(1, 2), &results.scenarios[3]);
    EXPECT_EQ(tables[0].at(2, 2), nullptr);
}

TEST(GridsOf, DrawsOneATarget) {
    run_results results = with_grid();
    scenario_result other = cell("silent", "idle");
    other.target = "nginx";
    results.scenarios.push_back(other);
    const std::vector<grid_table> tables = grids_of(results);
    ASSERT_THAT(tables, SizeIs(2));
    EXPECT_EQ(tables[1].target, "nginx");
    EXPECT_THAT(tables[1].cells, SizeIs(1));
    EXPECT_THAT(grids_of(mixed()), IsEmpty());
}

TEST(CellWord, SaysTheVerdictInOneWord) {
    const run_results results = with_grid();
    std::vector<std::string_view> words;
    for (const scenario_result& each : results.scenarios) {
        words.push_back(cell_word(&each));
    }
    EXPECT_THAT(words, ElementsAre("ok", "RED", "?", "known", "-", "-"));
    EXPECT_EQ(cell_word(nullptr), "");
}

TEST(NoteOf, HasNothingToSayOfAGreenCell) {
    EXPECT_FALSE(note_of(with_grid().scenarios[0]).has_value());
}

TEST(NoteOf, NamesTheWorstFindingAndCountsTheOthers) {
    const cell_note note = note_of(with_grid().scenarios[1]).value_or(cell_note());
    EXPECT_EQ(note.outcome, verdict::fail);
    EXPECT_EQ(note.what, "shutdown_deadline and 1 more");
    EXPECT_EQ(note.why, "promised to stop within 1 s: it was not over after 3 s");
    ASSERT_TRUE(note.seen.has_value());
    EXPECT_EQ(note.seen.value_or(finding()).cycle, 431U);
}

TEST(NoteOf, LetsACellBeReplayedThatCouldNotBeJudged) {
    const cell_note note = note_of(with_grid().scenarios[2]).value_or(cell_note());
    EXPECT_EQ(note.outcome, verdict::inconclusive);
    EXPECT_EQ(note.what, "shutdown_deadline");
    EXPECT_TRUE(note.seen.has_value());
    EXPECT_FALSE(note_of(with_grid().scenarios[4]).value_or(cell_note()).seen.has_value());
}

TEST(NoteOf, SaysWhatMostChecksSayOfACellThatIsNotApplicable) {
    scenario_result grey = cell("silent", "second_signal");
    grey.checks = {unjudged("accept_overflow", verdict::skipped, "nobody asked"),
                   unjudged("exit_status", verdict::skipped, "the server had ended already"),
                   unjudged("port_held", verdict::skipped, "the server had ended already")};
    EXPECT_EQ(note_of(grey).value_or(cell_note()).why, "the server had ended already");
}

TEST(NotApplicableIn, NamesTheCellsOfEachReason) {
    const run_results results = with_grid();
    EXPECT_THAT(not_applicable_in(grids_of(results).at(0)),
                ElementsAre(Pair("the target has no port <https>",
                                 ElementsAre("tls_hello@idle", "tls_hello@before_first_byte"))));
}

TEST(TellingCheck, IsTheOneBrokenMostOften) {
    scenario_result red = cell("a", "b");
    red.checks = {passed("port_held", 9), failed("exit_status", 1, 9), failed("close_wait", 2, 9)};
    ASSERT_NE(telling_check(red), nullptr);
    EXPECT_EQ(telling_check(red)->check, "close_wait");
    EXPECT_EQ(telling_check(cell("a", "b")), nullptr);
}

TEST(GridTable, SaysNothingOfCellsThatWereNotRun) {
    scenario_result unreached = cell("silent", "idle");
    unreached.checks = {unjudged("exit_status", verdict::inconclusive, "not one cycle was run")};
    EXPECT_TRUE(note_of(unreached));
    unreached.done_count = 0;
    EXPECT_FALSE(note_of(unreached));
    EXPECT_EQ(cell_word(&unreached), ".");
}

}  // namespace
}  // namespace stormdrain
