#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;

promises promising(duration timeout) {
    promises promised;
    promised.while_running.handshake_timeout = timeout;
    return promised;
}

// Stalled at 1 s, given up after so long.
injection stalled_for(duration length) {
    injection one;
    one.delivered = true;
    one.proof = "connected, no byte sent";
    one.struck = 1s;
    one.ended = one.struck + length;
    return one;
}

injection closed_by_server(injection one) {
    one.server_closed = one.ended - 1ms;
    return one;
}

cycle_record with(injection one, std::string kind = "stalled_handshake") {
    cycle_record record = clean_record();
    fault_record& fault = record.faults.emplace_back();
    fault.kind = std::move(kind);
    fault.planned_count = 1;
    fault.delivered_count = one.delivered ? 1 : 0;
    fault.injections.push_back(std::move(one));
    return record;
}

judgement examine(const cycle_record& record, const promises& promised) {
    return find_check("handshake_overdue")->examine(record, promised);
}

TEST(HandshakeOverdue, PassesAServerThatLosesPatienceInTime) {
    EXPECT_EQ(examine(with(closed_by_server(stalled_for(1s))), promising(1s)), kept());
    // With its slack of two seconds.
    EXPECT_EQ(examine(with(closed_by_server(stalled_for(2900ms))), promising(1s)), kept());
}

TEST(HandshakeOverdue, ReportsAServerThatKeepsTheConnection) {
    const judgement said = examine(with(stalled_for(3500ms)), promising(1s));
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_EQ(said.findings.front().message,
              "promised to end a TLS handshake that does not go on within 1 s (judged after 3 s): "
              "a client that went no further at 1.000 s was kept for 3.5 s, until it gave up "
              "itself (connected, no byte sent)");
}

TEST(HandshakeOverdue, ReportsAServerThatIsLate) {
    const judgement said = examine(with(closed_by_server(stalled_for(5s))), promising(1s));
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_THAT(said.findings.front().message, HasSubstr("was kept for 5 s ("));
}

TEST(HandshakeOverdue, TakesTheKernelsWordWhereNoFinWasRead) {
    injection one = stalled_for(5s);
    one.server_released = one.struck + 1s;
    EXPECT_EQ(examine(with(one), promising(1s)), kept());
    // Released because we went away: that says nothing for the server.
    one.server_released = one.ended + 1ms;
    EXPECT_EQ(examine(with(one), promising(1s)).outcome, judgement::kind::broken);
}

TEST(HandshakeOverdue, SaysNothingOfWhatDidNotLastLongEnough) {
    const auto nothing = judgement::kind::not_applicable;
    EXPECT_EQ(examine(with(stalled_for(2900ms)), promising(1s)).outcome, nothing);
    EXPECT_EQ(examine(with(stalled_for(9s), "silent_connection"), promising(1s)).outcome, nothing);
    injection undelivered = stalled_for(9s);
    undelivered.delivered = false;
    EXPECT_EQ(examine(with(undelivered), promising(1s)).outcome, nothing);
    EXPECT_EQ(examine(clean_record(), promising(1s)).outcome, nothing);
}

TEST(HandshakeOverdue, SaysNothingWithoutAPromiseOrOfADisturbedServer) {
    const auto nothing = judgement::kind::not_applicable;
    cycle_record record = with(stalled_for(9s));
    EXPECT_EQ(examine(record, {}).outcome, nothing);
    fault_record& pause = record.faults.emplace_back();
    pause.kind = "pause_server";
    pause.disturbs_requests = true;
    pause.delivered_count = 1;
    EXPECT_EQ(examine(record, promising(1s)).outcome, nothing);
}

}  // namespace
}  // namespace stormdrain
