#include "harness/report/target_totals.hpp"

#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_results;
using testing::ElementsAre;

scenario_result of_target(std::string target, check_result result) {
    scenario_result one = scenario("moments", 10);
    one.target = std::move(target);
    one.checks = {std::move(result)};
    return one;
}

run_results two_targets() {
    run_results results;
    results.facts = facts();
    results.facts.target_versions["a"] = "a 1.0";
    results.scenarios = {of_target("b", passed("exit_status", 10)),
                         of_target("a", broken_as_known("exit_status", 10)),
                         of_target("b", failed("exit_status", 1, 10)),
                         of_target("a", passed("exit_status", 10))};
    return results;
}

TEST(TargetTotals, CountTheScenariosOfEachTarget) {
    const std::vector<target_total> totals = totals_by_target(two_targets());
    ASSERT_EQ(totals.size(), 2U);
    EXPECT_EQ(totals[0].target, "b");
    EXPECT_EQ(totals[0].version, "");
    EXPECT_EQ(totals[0].passed, 1U);
    EXPECT_EQ(totals[0].failed, 1U);
    EXPECT_EQ(totals[0].cycles_count, 20U);
    EXPECT_EQ(totals[0].overall(), verdict::fail);
    EXPECT_EQ(totals[1].version, "a 1.0");
    EXPECT_EQ(totals[1].known, 1U);
    EXPECT_EQ(totals[1].repaired, 0U);
    EXPECT_EQ(totals[1].overall(), verdict::known);
}

TEST(TargetTotals, SayWhenAKnownDefectWasNotSeenAnyMore) {
    run_results results = two_targets();
    check_result gone = repaired("exit_status", 10);
    gone.known = {{"exit_status", "shutdown/*", "x/y#1", "", "", 1.0, 9}};
    results.scenarios = {of_target("a", gone)};
    const std::vector<target_total> totals = totals_by_target(results);
    EXPECT_EQ(totals.at(0).repaired, 1U);
    EXPECT_THAT(target_rows(totals).at(1),
                ElementsAre("a", "10", "0", "1, 1 repaired?", "0", "0", "0", "0", "fail"));
}

// Goal: a budget that was too short for all says what it saw of each.
TEST(TargetTotals, CountApartWhatWasNotRun) {
    run_results results = two_targets();
    for (scenario_result& one : results.scenarios) {
        if (one.checks.front().outcome != verdict::pass) {
            one.done_count = 0;
        }
    }
    const target_total total = totals_by_target(results).at(0);
    EXPECT_EQ(total.not_run, 1U);
    EXPECT_EQ(total.failed, 0U);
    EXPECT_EQ(total.overall(), verdict::pass);
}

TEST(TargetTotals, HaveOneLineForAll) {
    run_results results = two_targets();
    EXPECT_EQ(totals_line(results), "1 failed, 0 inconclusive, 2 passed, 0 skipped, 1 known; 40");
    results.scenarios.back().done_count = 0;
    EXPECT_THAT(totals_line(results), testing::AllOf(testing::HasSubstr(", 1 not run; "),
                                                     testing::HasSubstr(" planned")));
}

TEST(TargetTotals, TellTheWorstFirst) {
    target_total total;
    EXPECT_EQ(total.overall(), verdict::skipped);
    total.not_run = 1;
    EXPECT_EQ(total.overall(), verdict::inconclusive);
    total.passed = 3;
    EXPECT_EQ(total.overall(), verdict::pass);
    total.known = 1;
    EXPECT_EQ(total.overall(), verdict::known);
    total.not_judged = 1;
    EXPECT_EQ(total.overall(), verdict::inconclusive);
    total.failed = 1;
    EXPECT_EQ(total.overall(), verdict::fail);
}

}  // namespace
}  // namespace stormdrain
