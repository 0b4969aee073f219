#include "harness/checks/check.hpp"

#include "harness/checks/record_builder.hpp"

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
    record.health.canary_slip_max = starvation_limit + 1ms;
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::not_judged);
    EXPECT_EQ(judge(named("output_alarm"), record, {}).outcome, kind::broken);
    record.health.canary_slip_max = starvation_limit;
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::broken);
}

TEST(Checks, PassNothingWhenAFaultWasNotDelivered) {
    cycle_record record = clean_record();
    record.faults.push_back({"half_close", "idle", 2, 0, {}});
    record.faults.back().injections.emplace_back().proof = "connect refused";
    const judgement kept = judge(named("exit_status"), record, {});
    EXPECT_EQ(kept.outcome, kind::not_judged);
    EXPECT_THAT(kept.reason, HasSubstr("half_close was not delivered: connect refused"));
    hang(record);
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::broken);
}

TEST(StartFailed, ReportsAServerThatNeverServes) {
    cycle_record record = clean_record();
    record.start.failure = "not listening on http";
    record.start.served.reset();
    record.output.tail = "bind: address in use\n";
    const judgement result = judge(named("start_failed"), record, {});
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message, HasSubstr("not listening on http"));
    EXPECT_THAT(result.findings.front().evidence,
                testing::Contains("output: bind: address in use"));
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).reason, "the server did not start");
    EXPECT_EQ(judge(named("port_held"), record, {}).outcome, kind::kept);
}

TEST(ShutdownDeadline, ReportsAServerThatNeverExits) {
    cycle_record record = clean_record();
    record.stop.worst = held_condition::in_flight;
    record.stop.held = {held_condition::in_flight, held_condition::silent};
    hang(record);
    const judgement result = judge(named("shutdown_deadline"), record, {});
    ASSERT_EQ(result.outcome, kind::broken);
    const finding& what = result.findings.front();
    EXPECT_EQ(what.message,
              "promised to stop within 1 s while in_flight (judged after 3 s): it was not over "
              "after 3 s and needed SIGKILL");
    EXPECT_THAT(what.evidence, testing::Contains("held at the stop: silent x1, in_flight x1"));
    EXPECT_THAT(what.evidence, testing::Contains("the harness sent SIGKILL at 5.000 s"));
}

TEST(ShutdownDeadline, ReportsAnExitAfterTheDeadline) {
    cycle_record record = clean_record();
    record.stop.finished = record.stop.deadline + 1ns;
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::broken);
    record.stop.finished = record.stop.deadline;
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::kept);
}

TEST(ShutdownDeadline, DoesNotJudgeAStopThatNeverWas) {
    cycle_record crashed = clean_record();
    crashed.exited = stop_at - 1s;
    EXPECT_THAT(judge(named("shutdown_deadline"), crashed, {}).reason, HasSubstr("exit_status"));
    cycle_record deaf = clean_record();
    deaf.stop.trigger_failure = "connection refused";
    hang(deaf);
    EXPECT_EQ(judge(named("shutdown_deadline"), deaf, {}).outcome, kind::not_judged);
}

TEST(ExitStatus, AcceptsWhatTheContractLists) {
    cycle_record record = clean_record();
    record.exit->native = 1 << 8;  // exit 1
    promises promised;
    const judgement result = judge(named("exit_status"), record, promised);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_EQ(result.findings.front().message, "promised exit 0: exit 1");
    promised.at_stop.exit_status.push_back({legal_exit::kind::code, 1});
    EXPECT_EQ(judge(named("exit_status"), record, promised).outcome, kind::kept);
}

TEST(ExitStatus, ReportsDeathByTheStopSignalUnlessItIsListed) {
    cycle_record record = clean_record();
    record.exit->native = 15;
    promises promised;
    EXPECT_EQ(judge(named("exit_status"), record, promised).outcome, kind::broken);
    promised.at_stop.exit_status = {{legal_exit::kind::signal, 15}};
    EXPECT_EQ(judge(named("exit_status"), record, promised).outcome, kind::kept);
    record.exit->native = 15 | 0x80;  // with a core
    EXPECT_EQ(judge(named("exit_status"), record, promised).outcome, kind::broken);
}

TEST(ExitStatus, ExcusesDeathByTheStopSignalBeforeTheServerWasReady) {
    cycle_record record = clean_record();
    record.exit->native = 15;
    record.start.served.reset();
    EXPECT_EQ(judge(named("exit_status"), record, {}).outcome, kind::kept);
    record.exit->native = 11;
    EXPECT_EQ(judge(named("exit_status"), record, {}).outcome, kind::broken);
}

TEST(ExitStatus, ReportsAServerThatDiedBeforeTheStop) {
    cycle_record record = clean_record();
    record.exit->native = 11;
    record.exited = 1s;
    const judgement result = judge(named("exit_status"), record, {});
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message, HasSubstr("ended by itself at 1.000 s"));
    // A clean exit that nobody asked for is one as well.
    record.exit->native = 0;
    record.stop = {};
    EXPECT_EQ(judge(named("exit_status"), record, {}).outcome, kind::broken);
}

TEST(ExitStatus, LeavesAKilledServerToShutdownDeadline) {
    cycle_record record = clean_record();
    hang(record);
    const judgement result = judge(named("exit_status"), record, {});
    EXPECT_EQ(result.outcome, kind::not_judged);
    EXPECT_THAT(result.reason, HasSubstr("see shutdown_deadline"));
}

TEST(ExitStatus, ReportsAProcessThatEndsInsteadOfRestarting) {
    cycle_record record = clean_record();
    record.in_process = true;
    record.stop.finished.reset();
    EXPECT_EQ(judge(named("exit_status"), record, {}).outcome, kind::broken);
    EXPECT_EQ(judge(named("shutdown_deadline"), record, {}).outcome, kind::not_judged);
    record.stop.finished = stop_at + 50ms;  // the exit after the last restart
    EXPECT_EQ(judge(named("exit_status"), record, {}).outcome, kind::kept);
    record.exit.reset();
    EXPECT_EQ(judge(named("exit_status"), record, {}).outcome, kind::not_applicable);
}

TEST(OrphanProcess, ReportsTheLivingAndWarnsOfZombies) {
    cycle_record record = clean_record();
    record.orphans.push_back(process(77, "worker", 'Z'));
    const judgement warning = judge(named("orphan_process"), record, {});
    EXPECT_EQ(warning.outcome, kind::kept);
    ASSERT_EQ(warning.findings.size(), 1U);
    EXPECT_EQ(warning.findings.front().how_bad, severity::warning);
    record.orphans.push_back(process(78, "worker", 'S'));
    const judgement result = judge(named("orphan_process"), record, {});
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message, HasSubstr("worker (pid 78, state S"));
    EXPECT_EQ(result.findings.front().evidence.size(), 1U);
    hang(record);
    EXPECT_EQ(judge(named("orphan_process"), record, {}).outcome, kind::not_judged);
}

TEST(PortHeld, NamesThePortAndItsHolder) {
    cycle_record record = clean_record();
    record.ports.push_back({"https", 8443, false, "worker (pid 78)"});
    const judgement result = judge(named("port_held"), record, {});
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_EQ(result.findings.front().message,
              "promised to release its ports: port https (8443) cannot be bound again, held by "
              "worker (pid 78)");
    record.ports.clear();
    EXPECT_EQ(judge(named("port_held"), record, {}).outcome, kind::not_judged);
}

TEST(OutputAlarm, ShowsTheLine) {
    cycle_record record = clean_record();
    record.output.alarms = {"ERROR: AddressSanitizer: heap-use-after-free"};
    const judgement result = judge(named("output_alarm"), record, {});
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message, HasSubstr("heap-use-after-free"));
}

}  // namespace
}  // namespace stormdrain
