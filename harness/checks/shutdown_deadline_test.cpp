#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

judgement examined(const cycle_record& record, const promises& promised = {}) {
    return judge(*find_check("shutdown_deadline"), record, promised);
}

TEST(ShutdownDeadline, ReportsAServerThatNeverExits) {
    cycle_record record = clean_record();
    record.stop.worst = held_condition::in_flight;
    record.stop.held = {held_condition::in_flight, held_condition::silent};
    hang(record);
    const judgement result = examined(record);
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
    EXPECT_EQ(examined(record).outcome, kind::broken);
    record.stop.finished = record.stop.deadline;
    EXPECT_EQ(examined(record).outcome, kind::kept);
}

TEST(ShutdownDeadline, DoesNotJudgeAStopThatNeverWas) {
    cycle_record crashed = clean_record();
    crashed.exited = stop_at - 1s;
    EXPECT_THAT(examined(crashed).reason, HasSubstr("exit_status"));
    cycle_record deaf = clean_record();
    deaf.stop.trigger_failure = "connection refused";
    hang(deaf);
    EXPECT_EQ(examined(deaf).outcome, kind::not_judged);
}

TEST(ShutdownDeadline, IsNotHeldAgainstAServerWhoseClientWasNotReleased) {
    cycle_record record = clean_record();
    hang(record);
    record.stop.held = {held_condition::silent};
    promises promised;
    promised.at_stop.exit_within_while[held_condition::silent] = {};
    EXPECT_EQ(judge(*find_check("shutdown_deadline"), record, promised).outcome,
              judgement::kind::not_judged);
    record.stop.released = stop_at + release_after;
    EXPECT_EQ(judge(*find_check("shutdown_deadline"), record, promised).outcome,
              judgement::kind::broken);
}

TEST(ShutdownDeadline, CountsFromASecondSignalThatForcesTheEnd) {
    cycle_record record = clean_record();
    hang(record);
    record.stop.held = {held_condition::silent};
    promises promised;
    promised.at_stop.exit_within_while[held_condition::silent] = {};
    promised.at_stop.second_signal = second_signal_promise::force;
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "second_signal";
    EXPECT_EQ(judge(*find_check("shutdown_deadline"), record, promised).outcome,
              judgement::kind::not_judged)
        << "it was not sent";
    fault.delivered_count = 1;
    EXPECT_EQ(judge(*find_check("shutdown_deadline"), record, promised).outcome,
              judgement::kind::broken);
}

}  // namespace
}  // namespace stormdrain
