#include "harness/report/merged_run.hpp"

#include "harness/config/problem.hpp"
#include "harness/report/junit.hpp"
#include "harness/report/shard_fixture.hpp"
#include "harness/report/summary_markdown.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_shards;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

stored_run stored(const shard_text& from, const std::string& file) {
    std::istringstream lines(from.text());
    return read_stored_run(lines, file);
}

std::string file_of(const shard_text& from) {
    return "results-" + std::to_string(from.shard.value_or(shard_choice{}).number) + "-" +
           std::to_string(from.attempt) + ".jsonl";
}

merged_run merged_of(const std::vector<shard_text>& all) {
    std::vector<stored_run> runs;
    for (const shard_text& one : all) {
        runs.push_back(stored(one, file_of(one)));
    }
    return merged(std::move(runs));
}

std::vector<shard_text> four_quarters() {
    return {quarter(3), quarter(1), quarter(4), quarter(2)};  // as they come
}

std::string complaint_about(const std::vector<shard_text>& all) {
    try {
        merged_of(all);
    } catch (const config_error& wrong) {
        return wrong.what();
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

TEST(MergedRun, SaysWhatOneMachineWouldHaveSaid) {
    for (const shard_unit unit : {shard_unit::cycles, shard_unit::scenarios}) {
        std::vector<shard_text> all = four_quarters();
        for (shard_text& one : all) {
            one.shard->unit = unit;
        }
        const merged_run made = merged_of(all);
        EXPECT_THAT(made.notes, IsEmpty());
        const run_results results = results_of(made.whole);
        EXPECT_EQ(junit_of(results), junit_of(shard_text().results()));
        EXPECT_EQ(summary_of(results), summary_of(shard_text().results()));
    }
}

TEST(MergedRun, IsInTheOrderOfThePlan) {
    const merged_run made = merged_of(four_quarters());
    ASSERT_EQ(made.whole.cycles.size(), 2 * cycles_count);
    for (std::size_t i = 0; i < made.whole.cycles.size(); ++i) {
        EXPECT_EQ(made.whole.cycles[i].scenario, i / cycles_count);
        EXPECT_EQ(made.whole.cycles[i].judged.index, i % cycles_count);
    }
    EXPECT_THAT(made.files, ElementsAre("results-1-1.jsonl", "results-2-1.jsonl",
                                        "results-3-1.jsonl", "results-4-1.jsonl"));
}

TEST(MergedRun, AShardThatIsAbsentIsRed) {
    std::vector<shard_text> all = four_quarters();
    all.pop_back();  // the second
    const merged_run made = merged_of(all);
    EXPECT_THAT(made.notes, ElementsAre("no complete results of shard 2 of 4"));
    const run_results results = results_of(made.whole);
    EXPECT_EQ(results.scenarios.front().absent_count, 2U);
    EXPECT_THAT(junit_of(results),
                AllOf(HasSubstr("stormdrain.absent"),
                      HasSubstr("2 of 6 planned cycles are absent: no complete results of shard 2 "
                                "of 4")));
    EXPECT_THAT(summary_of(results), HasSubstr("not all results are there"));
    EXPECT_EQ(exit_code_for(results.scenarios), 3) << "the hang is in the second quarter";
}

TEST(MergedRun, ABrokenPromiseOutranksAnAbsentShard) {
    std::vector<shard_text> all = four_quarters();
    all.erase(all.begin());  // the third
    EXPECT_EQ(exit_code_for(results_of(merged_of(all).whole).scenarios), 1);
}

TEST(MergedRun, AnAttemptThatWasKilledCountsForNothing) {
    std::vector<shard_text> all = four_quarters();
    all.back().finished = false;
    const merged_run made = merged_of(all);
    EXPECT_THAT(made.notes,
                ElementsAre("shard 2/4 (results-2-1.jsonl) did not come to its end: not counted",
                            "no complete results of shard 2 of 4"));
    EXPECT_EQ(results_of(made.whole).scenarios.front().absent_count, 2U);
    shard_text second = quarter(2);
    second.attempt = 2;
    all.push_back(second);
    const merged_run whole = merged_of(all);
    EXPECT_EQ(junit_of(results_of(whole.whole)), junit_of(shard_text().results()));
    EXPECT_THAT(whole.files, testing::Contains("results-2-2.jsonl"));
}

TEST(MergedRun, WhatAnotherNightLeftUnfinishedIsNotCounted) {
    std::vector<shard_text> all = four_quarters();
    shard_text old = quarter(2);
    old.finished = false;
    old.change = [](run_facts& facts) { facts.run_seed = 2; };
    all.push_back(old);
    const merged_run made = merged_of(all);
    EXPECT_THAT(made.notes, ElementsAre(HasSubstr("is of another plan")));
    EXPECT_EQ(junit_of(results_of(made.whole)), junit_of(shard_text().results()));
}

TEST(MergedRun, AShardThatWasRunTwiceCountsOnce) {
    std::vector<shard_text> all = four_quarters();
    shard_text second = quarter(2);
    second.attempt = 2;
    all.push_back(second);
    const merged_run made = merged_of(all);
    EXPECT_THAT(made.notes, ElementsAre("shard 2/4 (results-2-2.jsonl) was run a second time, "
                                        "results-2-1.jsonl counts; both say the same"));
    EXPECT_EQ(junit_of(results_of(made.whole)), junit_of(shard_text().results()));
}

TEST(MergedRun, SaysWhereASecondAttemptDiffers) {
    std::vector<shard_text> all = four_quarters();
    shard_text second = quarter(2);
    second.attempt = 2;
    second.has = [](std::size_t, std::uint32_t index) { return index != 2; };  // no hang
    second.cut_short_because = "the budget of 1 s was spent";
    all.push_back(second);
    EXPECT_THAT(merged_of(all).notes,
                ElementsAre(HasSubstr("they differ:\n  salvo/shutdown/first shutdown_deadline: "
                                      "fail, then pass")));
}

TEST(MergedRun, ResultsThatLackACycleCountForNothing) {
    std::vector<shard_text> all = four_quarters();
    all.back().has = [](std::size_t, std::uint32_t index) { return index != 1; };
    EXPECT_THAT(merged_of(all).notes,
                ElementsAre(AllOf(HasSubstr("results-2-1.jsonl) is not counted"),
                                  HasSubstr("say that they are complete")),
                            "no complete results of shard 2 of 4"));
}

TEST(MergedRun, WhatABudgetDidNotReachIsNotAbsent) {
    std::vector<shard_text> all = four_quarters();
    all.back().has = [](std::size_t, std::uint32_t) { return false; };
    all.back().cut_short_because = "the budget of 1 s was spent";
    const merged_run made = merged_of(all);
    EXPECT_THAT(made.notes, IsEmpty());
    const run_results results = results_of(made.whole);
    EXPECT_EQ(results.cut_short_because, "the budget of 1 s was spent");
    EXPECT_EQ(results.scenarios.front().absent_count, 0U);
    EXPECT_EQ(results.scenarios.front().done_count, 4U);
    EXPECT_EQ(exit_code_for(results.scenarios), 0);
}

TEST(MergedRun, IsAllOfItWithoutShards) {
    EXPECT_EQ(junit_of(results_of(merged_of({shard_text()}).whole)),
              junit_of(shard_text().results()));
}

TEST(MergedRun, NamesTheHostsAndTheTimeOfAllShards) {
    std::vector<shard_text> all = four_quarters();
    all[0].change = [](run_facts& facts) {
        facts.hostname = "soak-9";
        facts.machine.settings.front().value = "20000 / 20000";
        facts.began += std::chrono::seconds(60);
        facts.command += " --shard 3/4";
    };
    const run_results results = results_of(merged_of(all).whole);
    EXPECT_EQ(results.facts.hostname, "soak-3, soak-9");
    EXPECT_THAT(results.facts.machine.settings.front().value, testing::HasSubstr("1024 / 4096"));
    EXPECT_THAT(results.facts.machine.settings.front().value, testing::HasSubstr("20000 / 20000"));
    EXPECT_EQ(results.took, std::chrono::seconds(67));
    EXPECT_EQ(results.facts.command, testing_results::facts().command);
}

TEST(MergedRun, RefusesShardsOfAnotherPlan) {
    const auto changed = [](std::function<void(run_facts&)> change) {
        std::vector<shard_text> all = four_quarters();
        all.back().change = std::move(change);
        return complaint_about(all);
    };
    EXPECT_THAT(changed([](run_facts& facts) { facts.run_seed = 2; }),
                HasSubstr("results-2-1.jsonl: is not of the plan of results-1-1.jsonl: it has the "
                          "seed 0x2 instead of 0x5eed0001"));
    EXPECT_THAT(changed([](run_facts& facts) { facts.inputs[1].digest = 2; }),
                HasSubstr("another servers/salvo/target.json"));
    EXPECT_THAT(changed([](run_facts& facts) { facts.plan_hash = 2; }), HasSubstr("the plan 0x2"));
}

TEST(MergedRun, RefusesACycleThatTwoShardsHave) {
    shard_text both = quarter(2);
    std::vector<stored_run> runs;
    for (const shard_text& one : four_quarters()) {
        runs.push_back(stored(one, file_of(one)));
    }
    stored_run& third = runs.front();
    const stored_run second = stored(both, "results-2-1.jsonl");
    third.cycles.push_back(second.cycles.front());
    try {
        merged(std::move(runs));
        FAIL() << "a cycle counted twice";
    } catch (const config_error& wrong) {
        EXPECT_THAT(wrong.what(), HasSubstr("has cycle 1 of salvo/shutdown/first, which"));
    }
}

}  // namespace
}  // namespace stormdrain
