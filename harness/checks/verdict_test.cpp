#include "harness/checks/verdict.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace stormdrain {
namespace {

using namespace testing_records;

scenario_result blank(std::uint64_t planned_count) {
    scenario_result scenario;
    scenario.id = "reference/basic/steady";
    scenario.planned_count = planned_count;
    return scenario;
}

const check_result& result_of(const scenario_result& scenario, std::string_view check) {
    for (const check_result& result : scenario.checks) {
        if (result.check == check) {
            return result;
        }
    }
    ADD_FAILURE() << check;
    return scenario.checks.front();
}

TEST(ScenarioJudge, PassesWhatKeptItsPromises) {
    scenario_judge judge(blank(10), {});
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(judge.add(clean_record()).findings.empty());
    }
    const scenario_result result = judge.result();
    EXPECT_EQ(result.overall(), verdict::pass);
    EXPECT_EQ(result.done_count, 3U);
    EXPECT_EQ(result.requests_count, 300U);
    EXPECT_EQ(result.stop_time_max, 100ms);
    EXPECT_EQ(result_of(result, "shutdown_deadline").judged_count, 3U);
    EXPECT_EQ(result_of(result, "handshake_failed").outcome, verdict::skipped);
}

TEST(ScenarioJudge, IsInconclusiveBeforeTheFirstCycle) {
    const scenario_result result = scenario_judge(blank(10), {}).result();
    EXPECT_EQ(result.overall(), verdict::inconclusive);
    EXPECT_THAT(result.checks, testing::IsEmpty()) << "a night plans thousands that it never runs";
}

TEST(ScenarioJudge, GivesEachCycleALetterForEachCheck) {
    scenario_judge judge(blank(2), {});
    cycle_record hanging = clean_record();
    hang(hanging);
    const std::string outcomes = judge.add(hanging).outcomes;
    ASSERT_EQ(outcomes.size(), check_catalogue().size());
    for (std::size_t index = 0; index < outcomes.size(); ++index) {
        const bool is_broken = check_catalogue()[index]->name == "shutdown_deadline";
        EXPECT_EQ(judged_cycle::outcome_of(outcomes[index]) == judgement::kind::broken, is_broken);
    }
    EXPECT_EQ(judged_cycle::letter_of(judgement::kind::kept), 'k');
    EXPECT_EQ(judged_cycle::letter_of(judgement::kind::not_judged), '?');
    EXPECT_EQ(judged_cycle::outcome_of('x'), std::nullopt);
}

TEST(ScenarioJudge, FailsOnOneBrokenCycleAndKeepsEightSamples) {
    scenario_judge judge(blank(100), {});
    judge.add(clean_record());
    for (std::uint32_t i = 0; i < 12; ++i) {
        cycle_record record = clean_record();
        record.id.index = 20 + i;
        hang(record);
        EXPECT_EQ(judge.add(record).findings.size(), 1U) << "one hang, one finding";
    }
    const scenario_result result = judge.result();
    EXPECT_EQ(result.overall(), verdict::fail);
    const check_result& deadline = result_of(result, "shutdown_deadline");
    EXPECT_EQ(deadline.broken_count, 12U);
    EXPECT_EQ(deadline.judged_count, 13U);
    ASSERT_EQ(deadline.samples.size(), check_result::samples_max);
    EXPECT_EQ(deadline.samples.front().cycle, 20U);
    EXPECT_FALSE(deadline.samples.front().over_cycles);
}

// A hang whose only thread sleeps there.
cycle_record hanging_in(const std::string& function, std::uint32_t cycle) {
    cycle_record record = clean_record();
    record.id.index = cycle;
    hang(record);
    hang_record& seen = record.stop.hang.emplace();
    seen.cause = hang_cause::lost_wakeup;
    thread_facts& thread = seen.threads.emplace_back();
    thread.thread = static_cast<pid_t>(4'000 + cycle);
    thread.syscall = "futex";
    seen.stacks = {{"server", {thread.thread}, {function + " at latch.cpp:52"}}};
    return record;
}

TEST(ScenarioJudge, CountsEachFailureUnderAName) {
    scenario_judge judge(blank(10), {});
    const std::vector<finding> first = judge.add(hanging_in("wait_for_one", 1)).findings;
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first.front().fingerprint.size(), 8U);
    const std::vector<finding> other = judge.add(hanging_in("wait_for_all", 2)).findings;
    const std::vector<finding> again = judge.add(hanging_in("wait_for_all", 3)).findings;
    judge.add(clean_record());
    EXPECT_NE(other.front().fingerprint, first.front().fingerprint);
    EXPECT_EQ(again.front().fingerprint, other.front().fingerprint);
    const scenario_result result = judge.result();
    const std::vector<seen_identity> expected{{other.front().fingerprint, 2},
                                              {first.front().fingerprint, 1}};
    EXPECT_EQ(result_of(result, "shutdown_deadline").identities, expected);
    EXPECT_THAT(result_of(result, "exit_status").identities, testing::IsEmpty());
}

TEST(ScenarioJudge, KeepsSoManyNamesAndNoMore) {
    scenario_judge judge(blank(10), {});
    for (std::uint32_t cycle = 0; cycle < 2 * check_result::identities_max; ++cycle) {
        judge.add(hanging_in("wait_" + std::string(cycle + 1, 'a'), cycle));
    }
    const check_result deadline = result_of(judge.result(), "shutdown_deadline");
    EXPECT_EQ(deadline.identities.size(), check_result::identities_max);
    EXPECT_EQ(deadline.broken_count, 2 * check_result::identities_max);
}

promises expecting(std::string finding_id) {
    promises promised;
    promised.known = {{std::move(finding_id), "basic/steady", "hyperium/hyper#2730", "0.14",
                       "it waits", 1.0, 12}};
    return promised;
}

TEST(ScenarioJudge, AFindingThatIsKnownIsNotRed) {
    scenario_judge judge(blank(3), expecting("shutdown_deadline"));
    cycle_record hanging = clean_record();
    hang(hanging);
    const std::vector<finding> findings = judge.add(hanging).findings;
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().how_bad, severity::known);
    judge.add(clean_record());
    const scenario_result result = judge.result();
    const check_result& deadline = result_of(result, "shutdown_deadline");
    EXPECT_EQ(deadline.outcome, verdict::known);
    EXPECT_EQ(deadline.broken_count, 1U);
    EXPECT_EQ(deadline.samples.size(), 1U);
    EXPECT_EQ(result.overall(), verdict::known);
    EXPECT_EQ(exit_code_for({result}), 0);
}

TEST(ScenarioJudge, WhatAKnownHangHidesIsNotInconclusive) {
    scenario_judge judge(blank(1), expecting("shutdown_deadline"));
    cycle_record hanging = clean_record();
    hang(hanging);
    judge.add(hanging);
    const scenario_result result = judge.result();
    EXPECT_EQ(result.overall(), verdict::known);
    const check_result& status = result_of(result, "exit_status");
    EXPECT_EQ(status.outcome, verdict::skipped);
    EXPECT_THAT(status.reason, testing::StartsWith("the known shutdown_deadline hides it: "));
}

TEST(ScenarioJudge, WhatIsKnownExcusesNoOtherFinding) {
    scenario_judge judge(blank(1), expecting("idle_cpu"));
    cycle_record hanging = clean_record();
    hang(hanging);
    EXPECT_EQ(judge.add(hanging).findings.front().how_bad, severity::failure);
    EXPECT_EQ(judge.result().overall(), verdict::fail);
}

TEST(ScenarioJudge, AKnownDefectThatIsGoneIsRed) {
    scenario_judge judge(blank(2), expecting("shutdown_deadline"));
    judge.add(clean_record());
    EXPECT_EQ(judge.result().overall(), verdict::pass) << "one of two cycles says nothing yet";
    judge.add(clean_record());
    const scenario_result result = judge.result();
    const check_result& deadline = result_of(result, "shutdown_deadline");
    EXPECT_EQ(deadline.outcome, verdict::fail);
    ASSERT_EQ(deadline.samples.size(), 1U);
    EXPECT_EQ(deadline.samples.front().id, "known_defect_gone");
    EXPECT_EQ(deadline.samples.front().message,
              "repaired? hyperium/hyper#2730 was expected to break shutdown_deadline here, and did "
              "not in 2 cycles");
    EXPECT_TRUE(deadline.samples.front().over_cycles);
    EXPECT_EQ(exit_code_for({result}), 1);
}

TEST(ScenarioJudge, AKnownDefectThatComesByChanceIsMissedOnceChanceIsRuledOut) {
    promises promised = expecting("shutdown_deadline");
    promised.known.front().rate_min = 0.5;
    scenario_judge judge(blank(4), promised);
    for (int cycle = 0; cycle < 4; ++cycle) {
        judge.add(clean_record());
    }
    EXPECT_EQ(judge.result().overall(), verdict::pass) << "0.5^4 is above 5 %";
    scenario_judge longer(blank(5), promised);
    for (int cycle = 0; cycle < 5; ++cycle) {
        longer.add(clean_record());
    }
    EXPECT_EQ(longer.result().overall(), verdict::fail);
    promised.known.front().rate_min = 0.0;
    scenario_judge never(blank(1), promised);
    never.add(clean_record());
    EXPECT_EQ(never.result().overall(), verdict::pass);
}

TEST(ScenarioJudge, WhoCouldNotJudgeDoesNotSayThatAKnownDefectIsGone) {
    cycle_record starved = clean_record();
    starved.health.canary_slip_max = 300ms;
    scenario_judge judge(blank(2), expecting("shutdown_deadline"));
    judge.add(clean_record());
    judge.add(starved);
    EXPECT_EQ(judge.result().overall(), verdict::pass);
    scenario_judge never_run(blank(2), expecting("shutdown_deadline"));
    EXPECT_EQ(never_run.result().overall(), verdict::inconclusive);
    scenario_result skipped = blank(0);
    skipped.skipped_because = "the target has no route delayed";
    scenario_judge of_skipped(skipped, expecting("shutdown_deadline"));
    EXPECT_EQ(of_skipped.result().overall(), verdict::skipped);
}

TEST(ScenarioJudge, IsInconclusiveWhenItJudgedFewerThanHalf) {
    cycle_record starved = clean_record();
    starved.health.canary_slip_max = 300ms;
    scenario_judge judge(blank(3), {});
    judge.add(clean_record());
    judge.add(starved);
    EXPECT_EQ(judge.result().overall(), verdict::pass);
    judge.add(starved);
    const scenario_result result = judge.result();
    EXPECT_EQ(result.overall(), verdict::inconclusive);
    EXPECT_THAT(result_of(result, "shutdown_deadline").reason,
                testing::HasSubstr("1 of 3 cycles could be judged: the harness was starved"));
    EXPECT_EQ(result_of(result, "exit_status").outcome, verdict::pass);
}

// Goal: a stop that comes 30 ms into a storm of eight faults is judged by the seven that had begun.
TEST(ScenarioJudge, PassesWhatTheStopOvertookOnlyBesideWhatArrived) {
    cycle_record overtaken = clean_record();
    overtaken.faults = {{"slow_reader", {}, "response_body", 0, 0, {}}};
    overtaken.faults.front().overtaken_count = 4;
    scenario_judge alone(blank(1), {});
    alone.add(overtaken);
    EXPECT_EQ(alone.result().overall(), verdict::inconclusive);
    overtaken.faults.push_back({"half_close", {}, "handler", 2, 2, {}});
    scenario_judge beside(blank(1), {});
    beside.add(overtaken);
    EXPECT_EQ(beside.result().overall(), verdict::pass);
}

TEST(ScenarioJudge, PassesNothingWhenAFaultCameInNoCycle) {
    cycle_record absent = clean_record();
    absent.faults = {{"half_close", {}, "handler", 2, 2, {}},
                     {"slow_reader", {}, "response_body", 0, 0, {}}};
    scenario_judge judge(blank(3), {});
    judge.add(absent);
    judge.add(absent);
    const scenario_result result = judge.result();
    EXPECT_EQ(result.overall(), verdict::inconclusive);
    EXPECT_EQ(result_of(result, "exit_status").outcome, verdict::inconclusive);
    EXPECT_EQ(result_of(result, "exit_status").reason,
              "fault slow_reader at response_body was never delivered in 2 cycles");
    EXPECT_EQ(result_of(result, "handshake_failed").outcome, verdict::skipped);
    cycle_record delivered = absent;
    delivered.faults.back().planned_count = delivered.faults.back().delivered_count = 1;
    judge.add(delivered);
    EXPECT_EQ(judge.result().overall(), verdict::pass);
}

TEST(ScenarioJudge, FailsAlsoWithoutADelivery) {
    cycle_record record = clean_record();
    record.faults = {{"slow_reader", {}, "response_body", 0, 0, {}}};
    hang(record);
    scenario_judge judge(blank(1), {});
    judge.add(record);
    EXPECT_EQ(result_of(judge.result(), "shutdown_deadline").outcome, verdict::fail);
}

TEST(ScenarioJudge, SkipsWhatTheTargetCannot) {
    scenario_result scenario = blank(10);
    scenario.skipped_because = "no route large";
    EXPECT_EQ(scenario_judge(scenario, {}).result().overall(), verdict::skipped);
}

TEST(ScenarioJudge, SaysOnceThatAProcessLeaksOverItsRestarts) {
    scenario_judge judge(blank(200), {});
    std::size_t findings = 0;
    for (std::uint32_t i = 0; i < 150; ++i) {
        cycle_record record = clean_record();
        record.in_process = true;
        record.exit.reset();
        record.id.index = i;
        for (std::uint32_t k = 0; k < i; ++k) {
            const descriptor held =
                file_descriptor(static_cast<int>(k), descriptor_kind::timerfd, k);
            record.rest.baseline->processes.front().descriptors.push_back(held);
            record.rest.at_rest->processes.front().descriptors.push_back(held);
        }
        findings += judge.add(record).findings.size();
    }
    EXPECT_EQ(findings, 1U);
    const check_result leak = result_of(judge.result(), "descriptor_leak");
    ASSERT_EQ(leak.samples.size(), 1U);
    EXPECT_EQ(leak.samples.front().cycle, 8U);
    EXPECT_TRUE(leak.samples.front().over_cycles);
    EXPECT_THAT(leak.samples.front().message, testing::HasSubstr("timerfd from 3 to 8, 1 a cycle"));
}

TEST(ExitCode, IsTheWorstThatHappened) {
    const auto with = [](verdict outcome) {
        scenario_result result;
        result.done_count = 1;
        result.checks.emplace_back().outcome = outcome;
        return result;
    };
    EXPECT_EQ(exit_code_for({}), 4);
    EXPECT_EQ(exit_code_for({with(verdict::pass), with(verdict::skipped)}), 0);
    EXPECT_EQ(exit_code_for({with(verdict::pass), with(verdict::inconclusive)}), 3);
    EXPECT_EQ(exit_code_for({with(verdict::inconclusive), with(verdict::fail)}), 1);
    EXPECT_EQ(exit_code_for({with(verdict::skipped), with(verdict::inconclusive)}), 3);
    EXPECT_EQ(exit_code_for({with(verdict::skipped)}), 4) << "nothing was to be run";
}

TEST(ExitCode, TakesWhatABudgetDidNotReachAsNotAskedFor) {
    const auto of = [](std::string target, verdict outcome, std::uint64_t done_count) {
        scenario_result result;
        result.target = std::move(target);
        result.done_count = done_count;
        result.checks.emplace_back().outcome = outcome;
        return result;
    };
    const scenario_result passed = of("nginx", verdict::pass, 1);
    EXPECT_EQ(exit_code_for({passed, of("nginx", verdict::inconclusive, 0)}), 0);
    EXPECT_EQ(exit_code_for({passed, of("nginx", verdict::inconclusive, 1)}), 3);
    EXPECT_EQ(exit_code_for({passed, of("caddy", verdict::inconclusive, 0)}), 3)
        << "nothing was seen of caddy";
}

// A link with one toxic, which struck that often.
cycle_record behind_toxic(double toxicity, std::uint64_t strikes_count) {
    cycle_record record = clean_record();
    link_record& link = record.path.links.emplace_back();
    link.name = "far";
    link.leads_to = "http";
    link.accepted_count = 10;
    toxic_record& toxic = link.toxics.emplace_back();
    toxic.name = "latency_upstream";
    toxic.type = "latency";
    toxic.toxicity = toxicity;
    toxic.strikes_count = strikes_count;
    return record;
}

TEST(ScenarioJudge, PassesNothingBehindAToxicThatNeverStruck) {
    scenario_judge judge(blank(2), {});
    judge.add(behind_toxic(0.1, 0));
    judge.add(behind_toxic(0.1, 0));
    const scenario_result result = judge.result();
    EXPECT_EQ(result.overall(), verdict::inconclusive);
    EXPECT_EQ(result_of(result, "shutdown_deadline").reason,
              "the delays of link far never struck in 2 cycles");
}

TEST(ScenarioJudge, PassesWhereAToxicForSomeStruckInOneCycle) {
    scenario_judge judge(blank(2), {});
    judge.add(behind_toxic(0.1, 0));
    judge.add(behind_toxic(0.1, 3));
    EXPECT_EQ(judge.result().overall(), verdict::pass);
}

TEST(ScenarioJudge, DoesNotJudgeTheCycleInWhichAToxicForAllStruckNobody) {
    scenario_judge judge(blank(3), {});
    judge.add(behind_toxic(1, 3));
    judge.add(behind_toxic(1, 3));
    judge.add(behind_toxic(1, 0));
    const check_result stop = result_of(judge.result(), "shutdown_deadline");
    EXPECT_EQ(stop.judged_count, 2U);
    EXPECT_EQ(stop.not_judged_count, 1U);
    EXPECT_EQ(stop.outcome, verdict::pass);
}

TEST(ScenarioJudge, StillReportsWhatBrokeBehindAToxicThatStruckNobody) {
    scenario_judge judge(blank(1), {});
    cycle_record record = behind_toxic(1, 0);
    record.stop.finished.reset();
    record.exit.reset();
    judge.add(record);
    EXPECT_EQ(result_of(judge.result(), "shutdown_deadline").outcome, verdict::fail);
}

}  // namespace
}  // namespace stormdrain
