#include "harness/report/stored_run.hpp"

#include "harness/config/problem.hpp"
#include "harness/report/junit.hpp"
#include "harness/report/shard_fixture.hpp"
#include "harness/report/summary_markdown.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace stormdrain {
namespace {

using namespace testing_shards;
using testing::HasSubstr;

stored_run read(const std::string& text) {
    std::istringstream lines(text);
    return read_stored_run(lines, "results.jsonl");
}

std::string complaint_about(const std::string& text) {
    try {
        read(text);
    } catch (const config_error& wrong) {
        return to_text(wrong.problems().front());
    }
    return "none";
}

std::string junit_of(const run_results& results) {
    std::ostringstream out;
    write_junit(out, results);
    return out.str();
}

std::string summary_of(const run_results& results) {
    std::ostringstream out;
    write_summary_markdown(out, results);
    return out.str();
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

TEST(StoredRun, ItsReportsAreThoseOfTheRunByteForByte) {
    const shard_text whole;
    const run_results again = results_of(read(whole.text()));
    EXPECT_EQ(junit_of(again), junit_of(whole.results()));
    EXPECT_EQ(summary_of(again), summary_of(whole.results()));
    EXPECT_EQ(exit_code_for(again.scenarios), 1);
    EXPECT_THAT(junit_of(again), HasSubstr("known: salvo#764"));
    EXPECT_THAT(summary_of(again), HasSubstr("salvo 0.63.1"));
}

TEST(StoredRun, OfAShardIsItsShareOfThePlan) {
    const run_results again = results_of(read(quarter(2).text()));
    EXPECT_EQ(junit_of(again), junit_of(quarter(2).results()));
    EXPECT_EQ(again.scenarios.front().planned_count, 2U);
    EXPECT_EQ(again.scenarios.front().absent_count, 0U);
}

TEST(StoredRun, OfAShardWithNothingToDoSaysSo) {
    shard_text idle;
    idle.shard = shard_choice{1, 50, shard_unit::cycles};
    const run_results again = results_of(read(idle.text()));
    EXPECT_TRUE(again.nothing_to_do);
    EXPECT_THAT(junit_of(again), HasSubstr("<skipped"));
    EXPECT_THAT(summary_of(again), HasSubstr("nothing of the plan falls to this shard"));
}

TEST(StoredRun, WhatABudgetDidNotReachIsNotAbsent) {
    shard_text cut;
    cut.has = [](std::size_t, std::uint32_t index) { return index < 3; };
    cut.cut_short_because = "the budget of 1 s was spent";
    const run_results again = results_of(read(cut.text()));
    EXPECT_EQ(again.scenarios.front().done_count, 3U);
    EXPECT_EQ(again.scenarios.front().absent_count, 0U);
    EXPECT_EQ(junit_of(again), junit_of(cut.results()));
    EXPECT_EQ(again.cut_short_because, cut.cut_short_because);
}

TEST(StoredRun, WhatItSaysToHaveAndHasNotIsAbsent) {
    shard_text torn;
    torn.has = [](std::size_t scenario, std::uint32_t index) {
        return scenario == 0 || index != 4;
    };
    const run_results again = results_of(read(torn.text()));
    EXPECT_EQ(again.scenarios.back().absent_count, 1U);
    EXPECT_THAT(junit_of(again), HasSubstr("stormdrain.absent"));
    EXPECT_EQ(exit_code_for(again.scenarios), 1) << "what was broken outranks it";
}

TEST(StoredRun, OfAKilledRunIsUnfinished) {
    std::string text = shard_text().text();
    text.resize(text.rfind("\"kind\":\"cycle\""));
    const stored_run killed = read(text);
    EXPECT_FALSE(killed.has_end);
    EXPECT_EQ(killed.cycles.size(), 2 * cycles_count - 1);
    EXPECT_THAT(junit_of(results_of(killed)), HasSubstr("stormdrain.unfinished"));
}

TEST(StoredRun, CountsNoCycleThatWasRepeated) {
    const std::string text = shard_text().text();
    const std::size_t begin = text.find("{\"deliveries\"");
    ASSERT_NE(begin, std::string::npos);
    const std::string cycle = text.substr(begin, text.find('\n', begin) - begin + 1);
    const std::size_t outcomes = cycle.find("\"outcomes\":\"") + 12;
    std::string repeated = cycle;
    repeated.erase(outcomes, repeated.find('"', outcomes) - outcomes);
    const run_results again = results_of(read(replaced(text, cycle, repeated + cycle)));
    EXPECT_EQ(again.scenarios.front().done_count, cycles_count);
}

TEST(StoredRun, KnowsThePlaceOfACycleThatIsReplayed) {
    run_results planned;
    planned.facts.replays_count = 3;
    planned.scenarios.emplace_back().cycles = {{2, 3}, {10, 10}};
    stored_cycle cycle;
    cycle.judged.index = 3;
    cycle.judged.replay = 1;
    EXPECT_EQ(place_of(cycle, planned), 4U);
    cycle.judged.index = 10;
    EXPECT_EQ(place_of(cycle, planned), 7U);
    cycle.judged.index = 99;
    EXPECT_EQ(place_of(cycle, planned), 9U) << "beyond the plan";
    EXPECT_EQ(planned_cycles_of(planned.scenarios.front(), planned.facts), 9U);
}

TEST(StoredRun, RemembersWhereACycleStandsInItsFile) {
    const temporary_folder folder;
    const std::string text = shard_text().text();
    std::ofstream(folder.file("results.jsonl")) << text;
    for (const stored_cycle& cycle : read_stored_run(folder.file("results.jsonl")).cycles) {
        EXPECT_EQ(text.compare(cycle.line_at, 1, "{"), 0);
        EXPECT_EQ(text[cycle.line_at - 1], '\n');
    }
}

TEST(StoredRun, SaysWhatIsNoneOfItsLines) {
    const std::string good = shard_text().text();
    EXPECT_THAT(complaint_about(""), HasSubstr("no results in it"));
    EXPECT_THAT(complaint_about("{\"kind\": \"cycle\"}\n"), HasSubstr("expected the line that"));
    EXPECT_THAT(complaint_about("hello\nworld\n"), testing::StartsWith("results.jsonl:1"));
    EXPECT_THAT(complaint_about(replaced(good, "\"format\":3", "\"format\":2")),
                HasSubstr("expected results of format 3, got format 2: of another version"));
    EXPECT_THAT(complaint_about(replaced(good, "\"accept_overflow\"", "\"accept_underflow\"")),
                HasSubstr("the checks in it are not those of this build"));
    EXPECT_THAT(complaint_about(replaced(good, "\"kind\":\"targets\"", "\"kind\":\"tragets\"")),
                HasSubstr("results.jsonl:2:0: expected a line of results"));
    EXPECT_THAT(complaint_about(replaced(good, "\"planned_count\":6", "\"planned_count\":7")),
                HasSubstr("to name 7 cycles"));
    EXPECT_THAT(complaint_about(good + good), HasSubstr("got a second one"));
    const std::string id = "\"id\":\"salvo/shutdown/first\",\"index\"";
    EXPECT_THAT(complaint_about(replaced(good, id, "\"id\":\"salvo/other\",\"index\"")),
                HasSubstr("expected a cycle of a planned scenario, got salvo/other"));
    EXPECT_THROW(read_stored_run("/nowhere/at/all"), config_error);
}

}  // namespace
}  // namespace stormdrain
