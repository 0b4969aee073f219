#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;

promises promising(duration timeout) {
    promises promised;
    promised.while_running.request_timeout = timeout;
    return promised;
}

// Begun at 1 s, given up after so long.
injection waited_for(duration length) {
    injection one;
    one.delivered = true;
    one.proof = "7 of 40 bytes of the request's head sent";
    one.struck = 1s;
    one.ended = one.struck + length;
    return one;
}

injection closed_by_server(injection one) {
    one.server_closed = one.ended - 1ms;
    return one;
}

// The stop comes later than all of it.
cycle_record with(injection one, std::string kind = "partial_request") {
    cycle_record record = clean_record();
    record.stop.triggered = 60s;
    fault_record& fault = record.faults.emplace_back();
    fault.kind = std::move(kind);
    fault.point = "request_headers";
    fault.planned_count = 1;
    fault.delivered_count = one.delivered ? 1 : 0;
    fault.injections.push_back(std::move(one));
    return record;
}

judgement examine(const cycle_record& record, const promises& promised) {
    return find_check("request_overdue")->examine(record, promised);
}

TEST(RequestOverdue, PassesAServerThatLosesPatienceInTime) {
    EXPECT_EQ(examine(with(closed_by_server(waited_for(1s))), promising(1s)), kept());
    // With its slack of two seconds.
    EXPECT_EQ(examine(with(closed_by_server(waited_for(2900ms))), promising(1s)), kept());
    injection refused = closed_by_server(waited_for(1s));
    refused.response_status = 408;
    EXPECT_EQ(examine(with(refused), promising(1s)), kept());
}

TEST(RequestOverdue, ReportsAServerThatKeepsTheConnection) {
    for (const std::string kind : {"one_byte", "partial_request", "slow_sender"}) {
        const judgement said = examine(with(waited_for(3500ms), kind), promising(1s));
        ASSERT_EQ(said.outcome, judgement::kind::broken) << kind;
        EXPECT_EQ(said.findings.front().message,
                  "promised to end a request that is not whole within 1 s (judged after 3 s): a "
                  "request of fault " +
                      kind +
                      " that began at 1.000 s was waited for 3.5 s, until its client gave up "
                      "(7 of 40 bytes of the request's head sent)");
    }
}

TEST(RequestOverdue, ReportsAServerThatIsLate) {
    const judgement said = examine(with(closed_by_server(waited_for(5s))), promising(1s));
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_THAT(said.findings.front().message, HasSubstr("was waited for 5 s ("));
}

TEST(RequestOverdue, ReportsAServerThatLetsARequestDripToItsEnd) {
    injection dripped = waited_for(9s);
    dripped.response_status = 200;
    dripped.request_whole = dripped.struck + 4s;
    const judgement said = examine(with(dripped, "slow_sender"), promising(1s));
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_THAT(said.findings.front().message, HasSubstr("was waited for 4 s, until it was whole"));
}

// Goal: what a handler takes is not held against the wait for the request.
TEST(RequestOverdue, SaysNothingOfARequestThatWasWholeInTime) {
    const auto nothing = judgement::kind::not_applicable;
    injection handled_long = waited_for(9s);
    handled_long.request_whole = handled_long.struck + 500ms;
    EXPECT_EQ(examine(with(handled_long, "slow_sender"), promising(1s)).outcome, nothing);
    EXPECT_EQ(examine(with(closed_by_server(handled_long), "slow_sender"), promising(1s)).outcome,
              nothing);
}

TEST(RequestOverdue, TakesTheKernelsWordWhereNoFinWasRead) {
    injection one = waited_for(5s);
    one.server_released = one.struck + 1s;
    EXPECT_EQ(examine(with(one), promising(1s)), kept());
    // Released because we went away: that says nothing for the server.
    one.server_released = one.ended + 1ms;
    EXPECT_EQ(examine(with(one), promising(1s)).outcome, judgement::kind::broken);
}

TEST(RequestOverdue, TakesNoStopForATimeout) {
    cycle_record record = with(closed_by_server(waited_for(1s)));
    record.stop.triggered = 1500ms;
    EXPECT_EQ(examine(record, promising(1s)).outcome, judgement::kind::not_applicable);
    record = with(closed_by_server(waited_for(5s)));
    record.stop.triggered = 1500ms;
    EXPECT_EQ(examine(record, promising(1s)).outcome, judgement::kind::broken);
}

TEST(RequestOverdue, SaysNothingOfAnEarlyAnswer) {
    injection answered = waited_for(9s);
    answered.response_status = 413;
    EXPECT_EQ(examine(with(answered), promising(1s)).outcome, judgement::kind::not_applicable);
}

TEST(RequestOverdue, SaysNothingOfWhatDidNotLastLongEnough) {
    const auto nothing = judgement::kind::not_applicable;
    EXPECT_EQ(examine(with(waited_for(2900ms)), promising(1s)).outcome, nothing);
    EXPECT_EQ(examine(with(waited_for(9s), "silent_connection"), promising(1s)).outcome, nothing);
    injection undelivered = waited_for(9s);
    undelivered.delivered = false;
    EXPECT_EQ(examine(with(undelivered), promising(1s)).outcome, nothing);
    EXPECT_EQ(examine(clean_record(), promising(1s)).outcome, nothing);
    cycle_record handshake = with(waited_for(9s), "one_byte");
    handshake.faults.back().point = "handshake";
    EXPECT_EQ(examine(handshake, promising(1s)).outcome, nothing);
}

TEST(RequestOverdue, SaysNothingWithoutAPromiseOrOfADisturbedServer) {
    const auto nothing = judgement::kind::not_applicable;
    cycle_record record = with(waited_for(9s));
    EXPECT_EQ(examine(record, {}).outcome, nothing);
    fault_record& pause = record.faults.emplace_back();
    pause.kind = "pause_server";
    pause.disturbs_requests = true;
    pause.delivered_count = 1;
    EXPECT_EQ(examine(record, promising(1s)).outcome, nothing);
}

}  // namespace
}  // namespace stormdrain
