#include "harness/checks/record_builder.hpp"
#include "harness/checks/rules/starvation.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::ElementsAre;

// So many requests that took 100 ms, and so many that took 3 s.
cycle_record with_answers(int fast, int slow) {
    cycle_record record = clean_record();
    for (int number = 0; number < fast + slow; ++number) {
        const duration whole = number < fast ? 100ms : 3s;
        record.requests.whole_time.record(whole);
        record.requests.latency.record(10ms);
        record.requests.connect_time.record(1ms);
    }
    return record;
}

promises expecting(duration p99) {
    promises promised;
    promised.expected.p99 = p99;
    return promised;
}

judgement examine(const cycle_record& record, const promises& promised) {
    return find_check("slow_answers")->examine(record, promised);
}

TEST(SlowAnswers, PassesWhereNearlyAllAreFastEnough) {
    EXPECT_EQ(examine(with_answers(99, 1), expecting(1s)), kept());
    EXPECT_EQ(examine(with_answers(0, 100), expecting(3200ms)), kept());
}

TEST(SlowAnswers, ReportsMoreThanOneInAHundredThatIsNot) {
    const judgement said = examine(with_answers(98, 2), expecting(1s));
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_EQ(said.findings.front().message,
              "99 % of the requests were to be answered within 1 s, connect and handshake "
              "included: p50 100 ms, p99 3 s, slowest 3 s of 100 answered requests");
    EXPECT_THAT(said.findings.front().evidence,
                ElementsAre("connect: p50 1 ms, p99 1 ms",
                            "from the request's first byte: p50 10 ms, p99 10 ms"));
}

// Goal: of an open loop it counts when a request was due, not when it could be sent at last.
TEST(SlowAnswers, JudgesAScheduleFromWhatItMeant) {
    cycle_record record = with_answers(100, 0);
    for (int number = 0; number < 100; ++number) {
        record.requests.latency_from_intended.record(number < 90 ? 100ms : 3s);
        record.requests.send_lag.record(number < 90 ? 0ms : 2900ms);
    }
    EXPECT_EQ(examine(record, expecting(3200ms)), kept());
    const judgement said = examine(record, expecting(1s));
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_THAT(said.findings.front().message, testing::HasSubstr("p50 100 ms, p99 3 s"));
    EXPECT_THAT(said.findings.front().evidence,
                ElementsAre("connect: p50 1 ms, p99 1 ms",
                            "sent later than it was due: p50 0 s, p99 2.9 s",
                            "from the request's first byte: p50 10 ms, p99 10 ms"));
}

TEST(SlowAnswers, SaysWhatIsNotInTheFigure) {
    cycle_record record = with_answers(10, 90);
    add_request(record, cut_request(1s, request_end::timed_out));
    record.requests.handshake_time.record(2ms);
    record.requests.handshakes_resumed = 1;
    const judgement said = examine(record, expecting(1s));
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_THAT(said.findings.front().message,
                testing::EndsWith("answered requests; 1 that went wrong are not among them"));
    EXPECT_EQ(said.findings.front().evidence.at(1),
              "TLS handshake: p50 2 ms, p99 2 ms; 1 of 1 resumed a session");
}

TEST(SlowAnswers, SaysNothingWithoutAnExpectationOrWithTooFewRequests) {
    EXPECT_EQ(examine(with_answers(0, 100), {}).outcome, judgement::kind::not_applicable);
    EXPECT_EQ(examine(with_answers(0, 19), expecting(1s)).outcome, judgement::kind::not_applicable);
    EXPECT_EQ(examine(with_answers(0, 20), expecting(1s)).outcome, judgement::kind::broken);
}

TEST(SlowAnswers, IsNotJudgedOnAStarvedMachine) {
    cycle_record record = with_answers(0, 100);
    record.health.canary_slip_max = rules::starvation_limit + 1ms;
    EXPECT_EQ(judge(*find_check("slow_answers"), record, expecting(1s)).outcome,
              judgement::kind::not_judged);
}

TEST(SlowAnswers, AllowsForTheWayThroughLinks) {
    cycle_record record = with_answers(0, 100);
    record.path.to_target = {400ms, 400ms};  // three round trips
    EXPECT_EQ(examine(record, expecting(800ms)), kept());
    EXPECT_EQ(examine(record, expecting(500ms)).outcome, judgement::kind::broken);
}

}  // namespace
}  // namespace stormdrain
