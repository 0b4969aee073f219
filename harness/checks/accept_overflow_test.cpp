#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using kind = judgement::kind;

cycle_record with_listener(std::uint32_t backlog, std::uint64_t dropped_count) {
    cycle_record record = clean_record();
    listener_record& listener = record.listeners.emplace_back();
    listener.name = "http";
    listener.number = 8080;
    listener.sockets_count = 1;
    listener.backlog = backlog;
    listener.backlog_max = 4096;
    listener.dropped_count = dropped_count;
    listener.queue_length_max = 129;
    return record;
}

judgement examine(const cycle_record& record,
                  std::optional<std::uint64_t> dropped_connections_max) {
    promises promised;
    promised.expected.dropped_connections_max = dropped_connections_max;
    return find_check("accept_overflow")->examine(record, promised);
}

TEST(AcceptOverflow, NamesThePortItsDropsAndItsBacklog) {
    cycle_record record = with_listener(128, 127);
    record.requests.connects_began_within = 3ms;
    const judgement said = examine(record, 0);
    ASSERT_EQ(said.outcome, kind::broken);
    EXPECT_EQ(said.findings.front().message,
              "expected no connect to be dropped: 127 dropped at port http (8080), whose queue was "
              "full: backlog 128");
    EXPECT_THAT(said.findings.front().evidence,
                ElementsAre("port http (8080): 127 dropped, 1 listening socket, backlog 128, at "
                            "most 129 seen waiting; net.core.somaxconn would allow 4096",
                            "the first connects of all clients began within 3 ms"));
}

TEST(AcceptOverflow, LeavesAloneWhatTheListenerDiscardsWithRoomInItsQueue) {
    cycle_record record = with_listener(1024, 256);  // TCP_DEFER_ACCEPT: the bare ACKs
    EXPECT_EQ(examine(record, 0).outcome, kind::kept);
    record.requests.connect_time.record(1010ms);
    EXPECT_EQ(examine(record, 0).outcome, kind::broken) << "a client had to try again";
}

TEST(AcceptOverflow, SaysHowManyConnectsHadToRetryTheirSyn) {
    cycle_record record = with_listener(128, 130);
    for (const duration time : {2ms, 3ms, 1010ms, 1020ms, 3100ms}) {
        record.requests.connect_time.record(time);
    }
    const judgement said = examine(record, 0);
    ASSERT_EQ(said.outcome, kind::broken);
    EXPECT_THAT(said.findings.front().message,
                EndsWith("; SYN retry: of 5 connects 2 took about 1 s, 1 took about 3 s"));
}

TEST(AcceptOverflow, SaysThatTheKernelCappedTheBacklog) {
    cycle_record record = with_listener(4096, 20);
    record.listeners.front().queue_length_max = 4097;
    const judgement said = examine(record, 10);
    ASSERT_EQ(said.outcome, kind::broken);
    EXPECT_THAT(said.findings.front().message,
                HasSubstr("expected at most 10 drops of connects: 20 dropped"));
    EXPECT_THAT(said.findings.front().message,
                EndsWith("backlog 4096 (net.core.somaxconn, which caps listen(2))"));
    EXPECT_THAT(said.findings.front().evidence.front(), Not(HasSubstr("would allow")));
}

TEST(AcceptOverflow, NamesThePortThatDroppedMost) {
    cycle_record record = with_listener(128, 3);
    record.listeners.push_back(record.listeners.front());
    record.listeners.back().name = "https";
    record.listeners.back().dropped_count = 9;
    const judgement said = examine(record, 10);
    ASSERT_EQ(said.outcome, kind::broken);
    EXPECT_THAT(said.findings.front().message, HasSubstr("9 dropped at port https"));
    EXPECT_EQ(said.findings.front().evidence.size(), 2U);
    EXPECT_EQ(examine(record, 12), kept());
}

TEST(AcceptOverflow, PassesAServerThatDroppedNothing) {
    EXPECT_EQ(examine(with_listener(5, 0), 0), kept());
}

TEST(AcceptOverflow, SaysNothingOfDropsThatNobodyForbade) {
    EXPECT_EQ(examine(with_listener(5, 1000), {}).outcome, kind::not_applicable);
}

TEST(AcceptOverflow, SaysNothingWhereNobodyCouldLook) {
    EXPECT_EQ(examine(clean_record(), 0).outcome, kind::not_applicable);
    cycle_record gone = with_listener(128, 0);
    gone.listeners.front().sockets_count = 0;
    EXPECT_EQ(examine(gone, 0).outcome, kind::not_judged);
    gone.listeners.front().dropped_count = 4;
    EXPECT_EQ(examine(gone, 0).outcome, kind::broken);
}

judgement examine_declared(const cycle_record& record, std::uint32_t backlog,
                           std::optional<std::uint64_t> dropped_connections_max = {}) {
    promises promised;
    promised.while_running.backlog = backlog;
    promised.expected.dropped_connections_max = dropped_connections_max;
    return find_check("accept_overflow")->examine(record, promised);
}

TEST(AcceptOverflow, ReportsAQueueThatIsShorterThanDeclared) {
    const judgement said = examine_declared(with_listener(128, 0), 511);
    ASSERT_EQ(said.outcome, kind::broken);
    EXPECT_EQ(said.findings.front().message,
              "promised a backlog of 511: port http (8080) has backlog 128");
    EXPECT_EQ(examine_declared(with_listener(511, 0), 511).outcome, kind::kept);
    EXPECT_EQ(examine(with_listener(128, 0), {}).outcome, kind::not_applicable);
}

TEST(AcceptOverflow, ExcusesDropsOfAQueueAsLongAsDeclared) {
    EXPECT_EQ(examine_declared(with_listener(128, 127), 128, 0).outcome, kind::kept);
    EXPECT_EQ(examine_declared(with_listener(128, 127), 129, 0).findings.size(), 2U);
    cycle_record gone = with_listener(0, 127);
    gone.listeners.front().sockets_count = 0;
    EXPECT_NE(examine_declared(gone, 128).outcome, kind::broken) << "nothing is known of it";
}

}  // namespace
}  // namespace stormdrain
