#include "harness/origin/origin_tally.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{};

class OriginTally : public testing::Test {
protected:
    OriginTally() { tally_.begin(cycle_clock(start)); }

    std::uint32_t open(std::uint16_t port, std::string sni) {
        const std::uint32_t number = tally_.opened({"127.0.0.1", port}, start + 1s);
        tally_.named(number, std::move(sni));
        return number;
    }
    origin_record record() const { return tally_.record({"127.0.0.1", 9}); }

    origin_tally tally_{"web", origin_protocol::https, {"a.test", "b.test"}};
};

TEST(Covers, IgnoresCasePortAndTrailingDot) {
    EXPECT_TRUE(covers("a.test", "A.Test:8443"));
    EXPECT_TRUE(covers("a.test", "a.test."));
    EXPECT_TRUE(covers("[::1]", "[::1]:80"));
    EXPECT_FALSE(covers("a.test", "aa.test"));
    EXPECT_FALSE(covers("a.test", "a.test.b"));
    EXPECT_FALSE(covers("a.test", ""));
}

TEST_F(OriginTally, CountsRequestsOnConnectionsUsedBefore) {
    const std::uint32_t first = open(1001, "a.test");
    const std::uint32_t second = open(1002, "b.test");
    tally_.requested(first, "a.test", "/", start + 2s);
    tally_.requested(first, "a.test", "/", start + 3s);
    tally_.requested(second, "b.test", "/", start + 4s);
    const origin_record seen = record();
    EXPECT_EQ(seen.accepted_count, 2U);
    EXPECT_EQ(seen.requests_count, 3U);
    EXPECT_EQ(seen.reused_count, 1U);
    EXPECT_EQ(seen.judged_count, 3U);
    EXPECT_EQ(seen.misdirected_count, 0U);
    ASSERT_EQ(seen.connections.size(), 2U);
    EXPECT_EQ(seen.connections[0].requests_count, 2U);
    EXPECT_EQ(seen.connections[0].opened, 1s);
    EXPECT_EQ(seen.connections[1].sni, "b.test");
}

TEST_F(OriginTally, NamesRequestsThatWentAstray) {
    const std::uint32_t made_for_a = open(1001, "A.test");
    tally_.requested(made_for_a, "a.TEST:443", "/right", start + 2s);
    tally_.requested(made_for_a, "b.test", "/wrong", start + 3s);
    const origin_record seen = record();
    EXPECT_EQ(seen.misdirected_count, 1U);
    ASSERT_EQ(seen.misdirected.size(), 1U);
    EXPECT_EQ(seen.misdirected[0].path, "/wrong");
    EXPECT_EQ(seen.misdirected[0].sni, "A.test");
    EXPECT_EQ(seen.misdirected[0].at, 3s);
}

TEST_F(OriginTally, DoesNotJudgeNamesThatAreNoneOfItsHosts) {
    tally_.requested(open(1001, ""), "b.test", "/", start);
    tally_.requested(open(1002, "pool.internal"), "b.test", "/", start);
    tally_.requested(open(1003, "a.test"), "backend.internal", "/", start);
    EXPECT_EQ(record().judged_count, 0U);
    EXPECT_EQ(record().misdirected_count, 0U);
}

TEST_F(OriginTally, BeginsAnewAndRemembersWhatWasOpen) {
    const std::uint32_t before = open(1001, "a.test");
    tally_.ended(open(1002, "a.test"), origin_end::closed_by_proxy, start + 1s);
    tally_.requested(before, "a.test", "/", start + 1s);
    tally_.begin(cycle_clock(start + 10s));
    tally_.requested(before, "a.test", "/", start + 11s);
    EXPECT_EQ(record().open_before_count, 1U);
    EXPECT_EQ(record().accepted_count, 0U);
    EXPECT_EQ(record().requests_count, 1U);
    EXPECT_EQ(record().reused_count, 1U);
}

TEST_F(OriginTally, TellsWhichConnectionsAreOver) {
    const std::uint32_t first = open(1001, "a.test");
    const std::uint32_t second = open(1002, "a.test");
    open(1003, "a.test");
    tally_.ended(first, origin_end::closed_by_origin, start + 5s);
    tally_.ended(first, origin_end::reset_by_proxy, start + 6s);  // it was over
    tally_.half_closed(second, start + 7s);
    ASSERT_TRUE(tally_.ended_from(1001).has_value());
    EXPECT_EQ(tally_.ended_from(1001)->end, origin_end::closed_by_origin);
    EXPECT_EQ(tally_.ended_from(1001)->ended, since_start(5s));
    ASSERT_TRUE(tally_.ended_from(1002).has_value());
    EXPECT_EQ(tally_.ended_from(1002)->half_closed, since_start(7s));
    EXPECT_FALSE(tally_.ended_from(1003).has_value());
    EXPECT_FALSE(tally_.ended_from(1004).has_value());
    open(1001, "b.test");  // the port is used again
    EXPECT_FALSE(tally_.ended_from(1001).has_value());
    EXPECT_EQ(record().connections.size(), 4U);
}

TEST_F(OriginTally, KeepsSoManyRowsAndCountsAll) {
    for (std::uint16_t port = 1; port <= 2 * origin_record::connections_max; ++port) {
        const std::uint32_t connection = open(port, "a.test");
        tally_.requested(connection, "b.test", "/", start);
        tally_.ended(connection, origin_end::handshake_failed, start);
    }
    EXPECT_EQ(record().connections.size(), origin_record::connections_max);
    EXPECT_EQ(record().accepted_count, 2 * origin_record::connections_max);
    EXPECT_EQ(record().handshakes_failed_count, 2 * origin_record::connections_max);
    EXPECT_EQ(record().misdirected.size(), origin_record::misdirected_max);
    EXPECT_EQ(record().misdirected_count, 2 * origin_record::connections_max);
}

TEST_F(OriginTally, RemembersStrikesAndTheirEnd) {
    const std::uint32_t connection = open(1001, "a.test");
    const std::size_t strike =
        tally_.struck(connection, {"origin_stall", "a.test", "/x", 0, {}, {}}, start + 2s);
    tally_.strike_ended(strike, start + 3s);
    ASSERT_EQ(record().strikes.size(), 1U);
    EXPECT_EQ(record().strikes[0].connection, connection);
    EXPECT_EQ(record().strikes[0].began, 2s);
    EXPECT_EQ(record().strikes[0].ended, 3s);
}

}  // namespace
}  // namespace stormdrain
