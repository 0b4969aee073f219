#include "harness/checks/record_builder.hpp"
#include "harness/checks/verdict.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace stormdrain {
namespace {

using namespace testing_records;

scenario_result blank(std::uint64_t planned_count) {
    scenario_result scenario;
    scenario.id = "reference/basic/steady";
    scenario.planned_count = planned_count;
    return scenario;
}

cycle_record hanging(std::uint32_t index) {
    cycle_record record = clean_record();
    record.id.index = index;
    hang(record);
    return record;
}

void expect_equal(const scenario_result& one, const scenario_result& other) {
    EXPECT_EQ(one.done_count, other.done_count);
    EXPECT_EQ(one.requests_count, other.requests_count);
    EXPECT_EQ(one.time, other.time);
    EXPECT_EQ(one.stop_time_max, other.stop_time_max);
    ASSERT_EQ(one.checks.size(), other.checks.size());
    for (std::size_t i = 0; i < one.checks.size(); ++i) {
        EXPECT_EQ(one.checks[i].check, other.checks[i].check);
        EXPECT_EQ(one.checks[i].outcome, other.checks[i].outcome) << one.checks[i].check;
        EXPECT_EQ(one.checks[i].reason, other.checks[i].reason) << one.checks[i].check;
        EXPECT_EQ(one.checks[i].judged_count, other.checks[i].judged_count);
        EXPECT_EQ(one.checks[i].samples, other.checks[i].samples) << one.checks[i].check;
        EXPECT_EQ(one.checks[i].warnings, other.checks[i].warnings) << one.checks[i].check;
    }
}

TEST(ScenarioSum, SaysTheSameAsTheJudgeWhoseCyclesItTakes) {
    promises promised;
    promised.known = {
        {"shutdown_deadline", "basic/steady", "hyperium/hyper#2730", "0.14", "", 1.0, 12}};
    scenario_judge judge(blank(3), promised);
    scenario_result again = blank(3);
    again.known = promised.known;
    scenario_sum sum(again);
    for (const cycle_record& record : {clean_record(), hanging(1), clean_record()}) {
        sum.add(judge.add(record));
    }
    expect_equal(sum.result(), judge.result());
    EXPECT_EQ(sum.result().overall(), verdict::known);
}

TEST(ScenarioSum, SaysWhyACheckWasNotJudged) {
    scenario_judge judge(blank(1), {});
    scenario_sum sum(blank(1));
    cycle_record spoilt = clean_record();
    spoilt.health.failure = "no descriptor was left";
    const judged_cycle judged = judge.add(spoilt);
    EXPECT_THAT(judged.reasons.at("exit_status"), testing::HasSubstr("no descriptor was left"));
    sum.add(judged);
    expect_equal(sum.result(), judge.result());
}

TEST(ScenarioSum, WhatIsAbsentLetsNothingPass) {
    scenario_result planned = blank(2);
    planned.absent_count = 1;
    scenario_judge judge(planned, {});
    judge.add(clean_record());
    EXPECT_EQ(judge.result().overall(), verdict::inconclusive);
    EXPECT_EQ(exit_code_for({judge.result()}), 3);
    judge.add(hanging(1));
    EXPECT_EQ(judge.result().overall(), verdict::fail);
    EXPECT_EQ(exit_code_for({judge.result()}), 1);
}

TEST(ScenarioSum, AScenarioThatIsAbsentIsNoneThatABudgetDidNotReach) {
    scenario_result absent = blank(2);
    absent.absent_count = 2;
    scenario_judge other(blank(1), {});
    other.add(clean_record());
    EXPECT_EQ(exit_code_for({blank(2), other.result()}), 0);
    EXPECT_EQ(exit_code_for({absent, other.result()}), 3);
}

TEST(ScenarioSum, RefusesALetterThatIsNone) {
    judged_cycle judged;
    judged.outcomes = std::string(check_catalogue().size(), 'x');
    EXPECT_THROW(scenario_sum(blank(1)).add(judged), std::invalid_argument);
    judged.outcomes = "k";
    EXPECT_THROW(scenario_sum(blank(1)).add(judged), std::out_of_range);
}

}  // namespace
}  // namespace stormdrain
