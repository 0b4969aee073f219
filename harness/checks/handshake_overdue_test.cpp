#include "harness/checks/overdue_fixture.hpp"

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
    return waited_for(length, "connected, no byte sent");
}

cycle_record with(injection one, std::string kind = "stalled_handshake") {
    return with_injection(std::move(one), std::move(kind));
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

TEST(HandshakeOverdue, SaysNothingOfOtherWaitsOrWithoutAPromise) {
    EXPECT_EQ(examine(with(stalled_for(9s), "silent_connection"), promising(1s)).outcome,
              judgement::kind::not_applicable);
    EXPECT_EQ(examine(with(stalled_for(9s)), {}),
              not_applicable("the target does not promise to end handshakes that do not go on"));
}

}  // namespace
}  // namespace stormdrain
