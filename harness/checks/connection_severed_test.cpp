#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

promises responding() {
    promises promised;
    promised.at_stop.half_close = half_close_promise::respond;
    return promised;
}

judgement examined(const cycle_record& record, const promises& promised = responding()) {
    return judge(*find_check("connection_severed"), record, promised);
}

// One client that half-closed at 1 s, behind its request, and was cut off without an answer.
cycle_record cut_off() {
    cycle_record record = clean_record();
    injection happened;
    happened.connection = 5;
    happened.delivered = true;
    happened.struck = 1s;
    happened.server_closed = 1001ms;
    happened.ended = 1002ms;
    record.faults.push_back({"half_close", {}, "handler", 1, 1, {happened}});
    return record;
}

TEST(ConnectionSevered, ReportsAHalfClosedClientThatGotNoAnswerDespiteThePromise) {
    const judgement result = examined(cut_off());
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message,
                HasSubstr("a client that half-closed after a whole request got no answer, though "
                          "the target promises one: 1 of 1, connection 5"));
    EXPECT_EQ(examined(cut_off(), {}).outcome, kind::kept) << "not promised (R9)";
}

// Goal: a busy machine stretched a pause of 80 ms to 200 ms, and the server met the stop in it.
TEST(ConnectionSevered, DoesNotCountTheTimeForWhichTheServerWasPaused) {
    cycle_record record = clean_record();
    request_row queued = cut_request(stop_at - 200ms);
    queued.all_sent = stop_at - 200ms;
    queued.ended = stop_at + 30ms;
    add_request(record, queued);
    EXPECT_EQ(examined(record).outcome, kind::broken);
    injection pause;
    pause.delivered = true;
    pause.struck = stop_at - 199ms;
    pause.ended = stop_at + 5ms;
    record.faults.push_back({"pause_server", {}, "serving", 1, 1, {pause}});
    EXPECT_EQ(examined(record).outcome, kind::kept);
    record.faults.front().injections.front().ended = stop_at - 100ms;
    EXPECT_EQ(examined(record).outcome, kind::broken) << "it had 100 ms to take it";
}

TEST(ConnectionSevered, AcceptsAHalfClosedClientThatWasAnsweredOrMetTheStop) {
    cycle_record answered = cut_off();
    answered.faults.front().injections.front().response_complete = true;
    EXPECT_EQ(examined(answered).outcome, kind::kept);
    cycle_record stopped = cut_off();
    stopped.stop.triggered = 1001ms;
    EXPECT_EQ(examined(stopped).outcome, kind::kept);
    stopped.stop.triggered.reset();
    EXPECT_EQ(examined(stopped).outcome, kind::broken) << "no stop excuses it";
    cycle_record released = cut_off();
    released.faults.front().injections.front().server_closed.reset();
    EXPECT_EQ(examined(released).outcome, kind::kept) << "the harness let go of it";
    cycle_record elsewhere = cut_off();
    elsewhere.faults.front().point = "request_headers";
    EXPECT_EQ(examined(elsewhere).outcome, kind::kept) << "no whole request";
}

TEST(ConnectionSevered, JudgesHalfClosedClientsWithoutALoad) {
    cycle_record record = cut_off();
    record.has_load = false;
    record.requests = {};
    EXPECT_EQ(examined(record).outcome, kind::broken);
    record.faults.front().injections.front().response_complete = true;
    EXPECT_EQ(examined(record).outcome, kind::kept);
    EXPECT_EQ(examined(record, {}).outcome, kind::not_applicable);
}

TEST(ConnectionSevered, ReportsRequestsAndHalfClosedClientsSideBySide) {
    cycle_record record = cut_off();
    add_request(record, cut_request(1s));
    EXPECT_EQ(examined(record).findings.size(), 2U);
}

TEST(ConnectionSevered, JudgesTunnelsByTheContract) {
    cycle_record record = clean_record();
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "upgraded_tunnel";
    fault.planned_count = fault.delivered_count = 1;
    injection& tunnel = fault.injections.emplace_back();
    tunnel.delivered = true;
    tunnel.server_closed = stop_at + 5ms;
    tunnel.server_reset = true;
    promises promised;
    EXPECT_EQ(judge(*find_check("connection_severed"), record, promised).outcome,
              judgement::kind::kept);
    promised.at_stop.upgrade = upgrade_promise::close;
    const judgement result = judge(*find_check("connection_severed"), record, promised);
    ASSERT_EQ(result.outcome, judgement::kind::broken);
    EXPECT_THAT(result.findings.front().message, testing::HasSubstr("was cut by RST"));
    promised.at_stop.upgrade = upgrade_promise::abrupt;
    EXPECT_EQ(judge(*find_check("connection_severed"), record, promised).outcome,
              judgement::kind::kept);
}

}  // namespace
}  // namespace stormdrain
