#include "harness/checks/overdue_fixture.hpp"

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
injection begun(duration length) {
    return waited_for(length, "7 of 40 bytes of the request's head sent");
}

cycle_record with(injection one, std::string kind = "partial_request") {
    return with_injection(std::move(one), std::move(kind), "request_headers");
}

judgement examine(const cycle_record& record, const promises& promised) {
    return find_check("request_overdue")->examine(record, promised);
}

TEST(RequestOverdue, PassesAServerThatLosesPatienceInTime) {
    EXPECT_EQ(examine(with(closed_by_server(begun(1s))), promising(1s)), kept());
    // With its slack of two seconds.
    EXPECT_EQ(examine(with(closed_by_server(begun(2900ms))), promising(1s)), kept());
    injection refused = closed_by_server(begun(1s));
    refused.response_status = 408;
    EXPECT_EQ(examine(with(refused), promising(1s)), kept());
}

TEST(RequestOverdue, ReportsAServerThatKeepsTheConnection) {
    for (const std::string kind : {"one_byte", "partial_request", "slow_sender"}) {
        const judgement said = examine(with(begun(3500ms), kind), promising(1s));
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
    const judgement said = examine(with(closed_by_server(begun(5s))), promising(1s));
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_THAT(said.findings.front().message, HasSubstr("was waited for 5 s ("));
}

TEST(RequestOverdue, ReportsAServerThatLetsARequestDripToItsEnd) {
    injection dripped = begun(9s);
    dripped.response_status = 200;
    dripped.request_whole = dripped.struck + 4s;
    const judgement said = examine(with(dripped, "slow_sender"), promising(1s));
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_THAT(said.findings.front().message, HasSubstr("was waited for 4 s, until it was whole"));
}

// Goal: what a handler takes is not held against the wait for the request.
TEST(RequestOverdue, SaysNothingOfARequestThatWasWholeInTime) {
    const auto nothing = judgement::kind::not_applicable;
    injection handled_long = begun(9s);
    handled_long.request_whole = handled_long.struck + 500ms;
    EXPECT_EQ(examine(with(handled_long, "slow_sender"), promising(1s)).outcome, nothing);
    EXPECT_EQ(examine(with(closed_by_server(handled_long), "slow_sender"), promising(1s)).outcome,
              nothing);
}

TEST(RequestOverdue, TakesNoStopForATimeout) {
    cycle_record record = with(closed_by_server(begun(1s)));
    record.stop.triggered = 1500ms;
    EXPECT_EQ(examine(record, promising(1s)).outcome, judgement::kind::not_applicable);
    record = with(closed_by_server(begun(5s)));
    record.stop.triggered = 1500ms;
    EXPECT_EQ(examine(record, promising(1s)).outcome, judgement::kind::broken);
}

TEST(RequestOverdue, SaysNothingOfAnEarlyAnswer) {
    injection answered = begun(9s);
    answered.response_status = 413;
    EXPECT_EQ(examine(with(answered), promising(1s)).outcome, judgement::kind::not_applicable);
}

TEST(RequestOverdue, SaysNothingOfOtherWaitsOrWithoutAPromise) {
    const auto nothing = judgement::kind::not_applicable;
    EXPECT_EQ(examine(with(begun(9s), "silent_connection"), promising(1s)).outcome, nothing);
    const cycle_record handshake = with_injection(begun(9s), "one_byte", "handshake");
    EXPECT_EQ(examine(handshake, promising(1s)).outcome, nothing);
    EXPECT_EQ(examine(with(begun(9s)), {}),
              not_applicable("the target does not promise to end requests that do not arrive"));
}

}  // namespace
}  // namespace stormdrain
