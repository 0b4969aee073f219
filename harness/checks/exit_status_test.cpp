#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

judgement examined(const cycle_record& record, const promises& promised = {}) {
    return judge(*find_check("exit_status"), record, promised);
}

TEST(ExitStatus, AcceptsWhatTheContractLists) {
    cycle_record record = clean_record();
    record.exit->native = 1 << 8;  // exit 1
    promises promised;
    const judgement result = examined(record, promised);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_EQ(result.findings.front().message, "promised exit 0: exit 1");
    promised.at_stop.exit_status.push_back({legal_exit::kind::code, 1});
    EXPECT_EQ(examined(record, promised).outcome, kind::kept);
}

TEST(ExitStatus, ReportsDeathByTheStopSignalUnlessItIsListed) {
    cycle_record record = clean_record();
    record.exit->native = 15;
    promises promised;
    EXPECT_EQ(examined(record, promised).outcome, kind::broken);
    promised.at_stop.exit_status = {{legal_exit::kind::signal, 15}};
    EXPECT_EQ(examined(record, promised).outcome, kind::kept);
    record.exit->native = 15 | 0x80;  // with a core
    EXPECT_EQ(examined(record, promised).outcome, kind::broken);
}

TEST(ExitStatus, ExcusesDeathByTheStopSignalBeforeTheServerWasReady) {
    cycle_record record = clean_record();
    record.exit->native = 15;
    record.start.served.reset();
    EXPECT_EQ(examined(record).outcome, kind::kept);
    record.exit->native = 11;
    EXPECT_EQ(examined(record).outcome, kind::broken);
}

TEST(ExitStatus, ReportsAServerThatDiedBeforeTheStop) {
    cycle_record record = clean_record();
    record.exit->native = 11;
    record.exited = 1s;
    const judgement result = examined(record);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message, HasSubstr("ended by itself at 1.000 s"));
    // A clean exit that nobody asked for is one as well.
    record.exit->native = 0;
    record.stop = {};
    EXPECT_EQ(examined(record).outcome, kind::broken);
}

TEST(ExitStatus, NamesACrashTheSameBeforeTheStopAndAfter) {
    cycle_record record = clean_record();
    record.exit->native = 11;
    const judgement after = examined(record);
    record.exited = stop_at - 500ms;
    const judgement before = examined(record);
    ASSERT_EQ(after.outcome, kind::broken);
    EXPECT_NE(after.findings.front().message, before.findings.front().message);
    EXPECT_EQ(after.findings.front().traits, before.findings.front().traits);
    record.exit->native = 1 << 8;
    EXPECT_NE(examined(record).findings.front().traits, before.findings.front().traits);
}

TEST(ExitStatus, LeavesAKilledServerToShutdownDeadline) {
    cycle_record record = clean_record();
    hang(record);
    const judgement result = examined(record);
    EXPECT_EQ(result.outcome, kind::not_judged);
    EXPECT_THAT(result.reason, HasSubstr("see shutdown_deadline"));
}

TEST(ExitStatus, ReportsAProcessThatEndsInsteadOfRestarting) {
    cycle_record record = clean_record();
    record.in_process = true;
    record.stop.finished.reset();
    EXPECT_EQ(examined(record).outcome, kind::broken);
    EXPECT_EQ(judge(*find_check("shutdown_deadline"), record, {}).outcome, kind::not_judged);
    record.exit.reset();
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
}

TEST(ExitStatus, ReportsAProcessThatEndsByItselfAfterARestart) {
    cycle_record record = clean_record();
    record.in_process = true;
    record.stop.finished = stop_at + 50ms;
    const judgement unasked = examined(record);
    ASSERT_EQ(unasked.outcome, kind::broken);
    EXPECT_EQ(unasked.findings.front().message,
              "promised to run until it is asked to quit: ended by itself at 2.100 s, exit 0");
    record.stop.quit_asked = *record.exited + 1ms;
    EXPECT_EQ(examined(record).outcome, kind::broken) << "asked too late";
    record.stop.quit_asked = *record.exited - 1ms;
    EXPECT_EQ(examined(record).outcome, kind::kept);
    record.exit->native = 11;
    EXPECT_EQ(examined(record).outcome, kind::broken) << "quit, but not with a promised status";
    record.stop.quit_asked.reset();
    record.stop.escalations.push_back({"SIGKILL", *record.exited - 1ms});
    EXPECT_EQ(examined(record).outcome, kind::not_judged) << "ended by the harness";
}

TEST(ExitStatus, TakesAnyEndButACrashForLegalBeforeTheServerIsReady) {
    cycle_record record = clean_record();
    record.start.served.reset();
    for (const int native_status : {15, 143 << 8, 241 << 8}) {
        record.exit->native = native_status;
        EXPECT_EQ(examined(record).outcome, kind::kept) << native_status;
    }
    record.exit->native = 11;
    EXPECT_EQ(examined(record).outcome, kind::broken);
}

// Fault second_signal was delivered, and the server ended so.
cycle_record ended_by_second_signal(int native_status) {
    cycle_record record = clean_record();
    record.exit->native = native_status;
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "second_signal";
    fault.planned_count = fault.delivered_count = 1;
    return record;
}

TEST(ExitStatus, LeavesTheAnswerToASecondSignalToTheServer) {
    const check& with = *find_check("exit_status");
    const auto outcome = [&with](int native_status, const promises& promised) {
        return with.examine(ended_by_second_signal(native_status), promised).outcome;
    };
    EXPECT_EQ(outcome(1 << 8, {}), judgement::kind::kept);
    EXPECT_EQ(outcome(15, {}), judgement::kind::kept) << "it took its handler away: at once";
    EXPECT_EQ(outcome(11, {}), judgement::kind::broken) << "SIGSEGV";
    EXPECT_EQ(outcome(31, {}), judgement::kind::broken) << "SIGSYS";
    EXPECT_EQ(outcome(15 | 0x80, {}), judgement::kind::broken) << "core dumped";
    promises strict;
    strict.at_stop.exit_status_after_second_signal.emplace();
    EXPECT_EQ(outcome(15, strict), judgement::kind::broken);
    EXPECT_EQ(outcome(1 << 8, strict), judgement::kind::broken);
    strict.at_stop.exit_status_after_second_signal->push_back({legal_exit::kind::code, 1});
    EXPECT_EQ(outcome(1 << 8, strict), judgement::kind::kept);
}

TEST(ExitStatus, NamesTheConnectionsThatADeathBySignalCut) {
    cycle_record record = clean_record();
    record.exit->native = 15;
    record.stop.held_at_trigger.emplace();
    record.stop.held_at_trigger->count = 3;
    record.stop.held_at_trigger->rows.push_back(
        {closed_connection(40112, "fault idle_keep_alive"), tcp_state::established, true});
    const judgement said = find_check("exit_status")->examine(record, {});
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_EQ(said.findings.front().message,
              "promised exit 0: killed by SIGTERM with 3 connections open at the stop, first "
              "ESTABLISHED of client port 40112 (fault idle_keep_alive)");
}

TEST(ExitStatus, AcceptsAStatusUnderItsCondition) {
    cycle_record record = clean_record();
    record.exit->native = 1 << 8;
    record.stop.held_at_trigger.emplace();
    promises promised;
    promised.at_stop.exit_status.push_back(
        {legal_exit::kind::code, 1, {exit_circumstance::connections_open}});
    EXPECT_EQ(examined(record, promised).outcome, kind::broken);
    record.stop.held_at_trigger->count = 1;
    EXPECT_EQ(examined(record, promised).outcome, kind::kept);
    record.stop.held_at_trigger.reset();
    EXPECT_EQ(examined(record, promised).outcome, kind::kept) << "nobody could look";
}

TEST(ExitStatus, TakesTheContractsWordForEarlyStops) {
    cycle_record record = clean_record();
    record.start.served.reset();
    record.exit->native = 143 << 8;
    EXPECT_EQ(examined(record).outcome, kind::kept);
    promises promised;
    promised.at_stop.exit_status.push_back(
        {legal_exit::kind::signal, 15, {exit_circumstance::starting}});
    EXPECT_EQ(examined(record, promised).outcome, kind::broken);
    record.exit->native = 15;
    EXPECT_EQ(examined(record, promised).outcome, kind::kept);
}

TEST(ExitStatus, ExcusesTheCoreOfAStopSignalThatNothingHandledYet) {
    cycle_record record = clean_record();
    record.start.served.reset();
    record.stop.trigger = "SIGQUIT";
    record.exit->native = 3 | 0x80;
    EXPECT_EQ(examined(record).outcome, kind::kept);
    record.stop.trigger = "SIGTERM";
    EXPECT_EQ(examined(record).outcome, kind::broken);
}

TEST(ExitStatus, ReportsAServerThatDoesNotWaitForTheSignalItRequires) {
    cycle_record record = clean_record();
    promises promised;
    promised.at_stop.second_signal = second_signal_promise::required;
    const judgement result = examined(record, promised);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message, HasSubstr("told to stop once more"));
    record.stop.asked_again = *record.stop.finished - 1ms;
    EXPECT_EQ(examined(record, promised).outcome, kind::kept);
}

TEST(ExitStatus, LetsAServerEndThatIsOutOfDescriptors) {
    cycle_record record = clean_record();
    record.exit->native = 1 << 8;
    record.exited = 1500ms;
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "descriptor_limit";
    fault.planned_count = fault.delivered_count = 1;
    injection& one = fault.injections.emplace_back();
    one.delivered = true;
    one.struck = 1s;
    one.after.emplace();
    promises promised;
    EXPECT_EQ(examined(record, promised).outcome, kind::broken);
    EXPECT_EQ(judge(*find_check("recovery_failed"), record, promised).outcome, kind::broken);
    promised.while_running.at_descriptor_limit = descriptor_limit_promise::exit;
    EXPECT_EQ(examined(record, promised).outcome, kind::not_applicable);
    EXPECT_EQ(judge(*find_check("shutdown_deadline"), record, promised).outcome,
              kind::not_applicable);
    EXPECT_EQ(judge(*find_check("recovery_failed"), record, promised).outcome,
              kind::not_applicable);
}

}  // namespace
}  // namespace stormdrain
