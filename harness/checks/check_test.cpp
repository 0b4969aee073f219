#include "harness/checks/check.hpp"

#include "harness/checks/record_builder.hpp"
#include "harness/checks/rules/starvation.hpp"
#include "harness/plan/stop_moment.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using testing::IsEmpty;
using kind = judgement::kind;

const check& named(std::string_view name) {
    const check* found = find_check(name);
    EXPECT_NE(found, nullptr) << name;
    return *found;
}

TEST(Checks, BreakNothingOnACleanCycle) {
    for (const check* one : check_catalogue()) {
        const judgement result = judge(*one, clean_record(), {});
        EXPECT_THAT(result.findings, IsEmpty()) << one->name;
        EXPECT_NE(result.outcome, kind::broken) << one->name;
        EXPECT_NE(result.outcome, kind::not_judged) << one->name << ": " << result.reason;
        EXPECT_FALSE(one->summary.empty()) << one->name;
    }
}

TEST(Checks, JudgeNothingWhenTheHarnessFailed) {
    cycle_record record = clean_record();
    hang(record);
    record.health.failure = "no descriptor left";
    for (const check* one : check_catalogue()) {
        EXPECT_EQ(judge(*one, record, {}).outcome, kind::not_judged) << one->name;
    }
}

TEST(Checks, BlameNobodyForWhatIsElsewhere) {
    cycle_record record = clean_record();
    record.start.failure = "no such program";
    record.start.blame_is_elsewhere = true;
    EXPECT_THAT(judge(named("start_failed"), record, {}).reason, HasSubstr("no such program"));
}

TEST(Checks, DoNotTrustTheTimingOfAStarvedHarness) {
    cycle_record record = clean_record();
    hang(record);
    record.output.alarms = {"panicked at main.rs"};
    record.health.canary_slip_max = rules::starvation_limit + 1ms;
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::not_judged);
    EXPECT_EQ(judge(named("output_alarm"), record, {}).outcome, kind::broken);
    record.health.canary_slip_max = rules::starvation_limit;
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::broken);
}

// One that was late where others had the machine may be right: what it did in time counts.
TEST(Checks, HoldNothingAgainstAServerThatWasStarved) {
    cycle_record record = clean_record();
    record.stop.listener_gone = stop_at + 90ms;
    record.stop.finished = stop_at + 5s;
    record.stop.deadline = stop_at + 9s;
    promises promised;
    promised.at_stop.listener = listener_promise::close_at_once;
    cpu_want want;
    want.within = 1s;
    want.waited = 700ms;
    want.ran = 300ms;
    want.processors = 2;
    record.health.server_want = want;
    EXPECT_EQ(judge(named("listener_kept"), record, promised).outcome, kind::kept);
    record.stop.listener_gone = stop_at + 4s;
    const judgement result = judge(named("listener_kept"), record, promised);
    EXPECT_EQ(result.outcome, kind::not_judged);
    EXPECT_THAT(result.reason, testing::HasSubstr("the server was starved: one of its threads was "
                                                  "ready to run for 700 ms of 1 s"));
    record.health.server_want->ran = 1800ms;  // it kept the machine busy itself
    EXPECT_EQ(judge(named("listener_kept"), record, promised).outcome, kind::broken);
}

TEST(Checks, AreSkippedWhenTheMachineLacksWhatAFaultNeeds) {
    cycle_record record = clean_record();
    record.faults.push_back({"vanish", {}, "idle", 2, 0, {}});
    record.faults.back().unavailable_count = 2;
    record.faults.back().injections.emplace_back().proof = "the kernel has no TCP_MD5SIG for us";
    const judgement said = judge(named("exit_status"), record, {});
    EXPECT_EQ(said.outcome, kind::not_applicable);
    EXPECT_THAT(said.reason, HasSubstr("no TCP_MD5SIG"));
    record.faults.back().unavailable_count = 1;  // the other one failed for a reason of its own
    EXPECT_EQ(judge(named("exit_status"), record, {}).outcome, kind::not_judged);
}

TEST(Checks, PassNothingWhenAFaultWasNotDelivered) {
    cycle_record record = clean_record();
    record.faults.push_back({"half_close", {}, "idle", 2, 0, {}});
    record.faults.back().injections.emplace_back().proof = "connect refused";
    const judgement kept = judge(named("exit_status"), record, {});
    EXPECT_EQ(kept.outcome, kind::not_judged);
    EXPECT_THAT(kept.reason, HasSubstr("half_close was not delivered: connect refused"));
    hang(record);
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::broken);
}

// Goal: a cold JVM needs longer for its first handshake than the first 600 ms of a process.
TEST(Judge, ExpectsNoFaultOfAStopInTheFirstMoments) {
    cycle_record record = clean_record();
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "stalled_handshake";
    fault.point = "handshake";
    fault.holds = held_condition::tls_handshake;
    fault.overtaken_count = 1;
    record.stop.moment = to_text(stop_moment::during_start);
    const judgement early = judge(named("exit_status"), record, {});
    EXPECT_EQ(early.outcome, kind::not_applicable);
    EXPECT_EQ(early.reason, "the stop came before fault stalled_handshake");
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::not_applicable);
    record.stop.moment = to_text(stop_moment::after_load);
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::not_judged);
    fault.overtaken_count = 0;
    fault.delivered_count = 1;  // and stood only after the stop
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::not_judged);
    record.stop.moment = to_text(stop_moment::during_start);
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::not_applicable);
    EXPECT_EQ(judge(named("exit_status"), record, {}).outcome, kind::kept);
    record.stop.moment = to_text(stop_moment::after_load);
    hang(record);
    record.stop.moment = to_text(stop_moment::during_start);
    EXPECT_NE(judge(named("shutdown_deadline"), record, {}).outcome, kind::not_applicable);
}

TEST(Judge, DoesNotWaitForConnectionsThatADeferringServerNeverGets) {
    cycle_record record = clean_record();
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "silent_connection";
    fault.point = "connect";
    fault.planned_count = 1;
    promises promised;
    EXPECT_EQ(judge(named("exit_status"), record, promised).outcome, kind::not_judged);
    promised.while_running.defer_accept = true;
    EXPECT_EQ(judge(named("exit_status"), record, promised).outcome, kind::not_applicable);
}

// Goal: the exit that is promised leaves nothing to be looked at, and that is no doubt.
TEST(Judge, DoubtsNothingOfAServerThatMayEndWithoutDescriptors) {
    cycle_record record = clean_record();
    record.exit->native = 1 << 8;  // wait(2): exit 1
    record.exited = 1s;
    record.stop.triggered.reset();
    record.stop.finished.reset();
    record.rest.at_rest.reset();
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "descriptor_limit";
    fault.disturbs_requests = true;
    fault.planned_count = fault.delivered_count = 1;
    fault.injections.emplace_back();
    fault.injections.back().delivered = true;
    fault.injections.back().struck = 900ms;
    promises promised;
    promised.while_running.at_descriptor_limit = descriptor_limit_promise::exit;
    for (const check* each : check_catalogue()) {
        EXPECT_EQ(judge(*each, record, promised).outcome, kind::not_applicable) << each->name;
    }
    EXPECT_EQ(judge(named("exit_status"), record, {}).outcome, kind::broken);
}

TEST(Joined, KeepsWhatWasFoundAndWhatWasJudged) {
    EXPECT_EQ(joined(kept(), broken("b", {})).findings.size(), 1U);
    EXPECT_EQ(joined(broken("a", {}), broken("b", {})).findings.size(), 2U);
    EXPECT_EQ(joined(broken("a", {}), kept()).outcome, kind::broken);
    EXPECT_EQ(joined(not_applicable("a"), kept()).outcome, kind::kept);
    EXPECT_EQ(joined(not_judged("a"), kept()).outcome, kind::not_judged);
    EXPECT_EQ(joined(not_applicable("a"), not_applicable("b")).reason, "a");
}

TEST(Checks, TrustNoTimesOfACycleWhoseLinkWasStarved) {
    cycle_record record = clean_record();
    record.path.links.emplace_back().toxics.emplace_back();
    toxic_record& toxic = record.path.links.front().toxics.front();
    toxic.strikes_count = 1;
    toxic.lateness_max = 250ms;
    EXPECT_EQ(judge(*find_check("shutdown_deadline"), record, {}).outcome, judgement::kind::kept);
    toxic.lateness_max = 251ms;
    const judgement said = judge(*find_check("shutdown_deadline"), record, {});
    EXPECT_EQ(said.outcome, judgement::kind::not_judged);
    EXPECT_EQ(said.reason, "the harness was starved: a link passed something on 251 ms late");
}

}  // namespace
}  // namespace stormdrain
