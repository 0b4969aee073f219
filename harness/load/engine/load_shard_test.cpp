// The shapes of a load that one thread carries, against a server made of a script.

#include "harness/load/engine/load_shard.hpp"

#include "harness/load/engine/engine_fixture.hpp"
#include "harness/testing/http_script.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

asio::awaitable<void> serves(tcp::socket socket) {
    co_await serve_correctly(socket);
}

asio::awaitable<void> closes_behind_each(tcp::socket socket) {
    co_await read_request(socket);
    co_await send_text(socket, http_response("whole"));
}

asio::awaitable<void> says_nothing(tcp::socket socket) {
    bool asked = true;
    while (asked) {
        asked = (co_await read_request(socket)).has_value();
    }
}

class LoadShard : public engine_fixture {};

TEST_F(LoadShard, MakesExactlyTheRequestsOfAClosedLoop) {
    plan_.clients_count = 7;
    plan_.requests_count = 100;
    const engine_tally tally = run_against(serves);
    EXPECT_EQ(tally.requests.started, 100U);
    EXPECT_EQ(tally.requests.ordinary, 100U);
    EXPECT_EQ(tally.requests.connections_opened, 7U);
    EXPECT_EQ(accepted_count_, 7U);
}

TEST_F(LoadShard, PipelinesWithoutLosingAnAnswer) {
    plan_.clients_count = 3;
    plan_.pipeline_depth = 16;
    plan_.requests_count = 1000;
    const engine_tally tally = run_against(serves);
    EXPECT_EQ(tally.requests.ordinary, 1000U);
    EXPECT_EQ(tally.requests.unusual_count, 0U);
    EXPECT_EQ(tally.requests.connections_opened, 3U);
}

TEST_F(LoadShard, PipelinesUpToTheLastRequestOfAConnection) {
    plan_.pipeline_depth = 4;
    plan_.requests_per_connection = 10;
    plan_.requests_count = 35;
    const engine_tally tally = run_against(serves);
    EXPECT_EQ(tally.requests.ordinary, 35U);
    EXPECT_EQ(tally.requests.connections_opened, 4U);
}

TEST_F(LoadShard, EndsWithItsDuration) {
    plan_.requests_count.reset();
    plan_.lasts = 50ms;
    plan_.clients_count = 3;
    const engine_tally tally = run_against(serves);
    EXPECT_GT(tally.requests.ordinary, 0U);
    EXPECT_EQ(tally.requests.ordinary, tally.requests.started);
    EXPECT_GE(tally.lasted, 50ms);
}

TEST_F(LoadShard, KeepsTheScheduleOfAnOpenLoop) {
    plan_.clients_count = 5;
    plan_.requests_count = 50;
    plan_.open_loop.per_second = 1000;
    const engine_tally tally = run_against(serves);
    EXPECT_EQ(tally.requests.ordinary, 50U);
    EXPECT_EQ(tally.requests.latency_from_intended.count(), 50U);
    EXPECT_GE(tally.requests.latency_from_intended.max(), tally.requests.latency.max());
    EXPECT_GE(tally.lasted, 49ms);
}

// Goal: a server that stands still for a while. Who measures from the send sees one slow answer for
// each client; who measures from the schedule sees all that were due meanwhile.
TEST_F(LoadShard, TellsWhatAPauseOfTheServersDidToTheSchedule) {
    static constexpr duration paused = 200ms;
    plan_.clients_count = 1;
    plan_.requests_count = 300;
    plan_.open_loop.per_second = 1000;
    const auto pauses_once = [](tcp::socket socket) -> asio::awaitable<void> {
        co_await serve_with_a_pause(std::move(socket), paused);
    };
    const engine_tally tally = run_against(pauses_once);
    EXPECT_EQ(tally.requests.ordinary, 300U);
    EXPECT_GE(tally.requests.latency.max(), paused);
    // One request of 300 waited; 200 were due meanwhile, half of them for more than 100 ms.
    EXPECT_GE(tally.requests.latency_from_intended.quantile(0.75), 50ms);
    EXPECT_GE(tally.requests.send_lag.quantile(0.75), 50ms);
}

TEST_F(LoadShard, SaysWhatWasDueAndNotSent) {
    plan_.requests_count.reset();
    plan_.lasts = 100ms;
    plan_.open_loop.per_second = 1000;
    plan_.request_timeout = 150ms;
    const engine_tally tally = run_against(says_nothing);
    EXPECT_EQ(tally.requests.started, 1U);
    EXPECT_EQ(tally.unsent_count, 99U);
}

TEST_F(LoadShard, ConnectsABurst) {
    plan_ = burst_of(plan_, 40, 20ms);
    const engine_tally tally = run_against(serves);
    EXPECT_EQ(tally.requests.ordinary, 40U);
    EXPECT_EQ(tally.requests.connections_opened, 40U);
    EXPECT_GE(tally.requests.connects_began_within, 15ms);
}

TEST_F(LoadShard, BeginsItsClientsWithinTheRamp) {
    plan_.requests_count.reset();
    plan_.lasts = 500ms;
    plan_.clients_count = 4;
    plan_.clients_ramp = 400ms;
    const engine_tally tally = run_against(serves);
    EXPECT_EQ(tally.requests.connections_opened, 4U);
    // 300 ms, less what the first one was late on a busy machine.
    EXPECT_GE(tally.requests.connects_began_within, 200ms);
}

// Goal: an answer that does not say it is the last costs the next request its connection.
TEST_F(LoadShard, LosesTheRequestBehindACloseThatWasNotAnnounced) {
    plan_.requests_count = 4;
    const engine_tally tally = run_against(closes_behind_each);
    EXPECT_EQ(tally.requests.ordinary, 2U);
    EXPECT_EQ(tally.requests.failed_on_reused, 2U);
    EXPECT_EQ(tally.requests.failed_on_fresh, 0U);
    EXPECT_EQ(tally.closed_while_idle, 0U);
}

// Goal: a server that closes idle connections; an open loop's client sees it, and opens another.
TEST_F(LoadShard, NoticesThatAnIdleConnectionWasClosed) {
    plan_.requests_count = 3;
    plan_.open_loop.per_second = 4;  // time enough for the close, on a busy machine too
    const engine_tally tally = run_against(closes_behind_each);
    EXPECT_EQ(tally.requests.ordinary, 3U);
    EXPECT_EQ(tally.requests.connections_opened, 3U);
    EXPECT_GE(tally.closed_while_idle, 2U);
}

TEST_F(LoadShard, LeavesWhatIsUnderWayWhenItIsAbandoned) {
    plan_.clients_count = 3;
    plan_.requests_count = 30;
    load_watch watch;
    watch.every = 20ms;
    watch.look = [](const load_progress&) { return watch_answer::abandon; };
    const engine_tally tally = run_against(says_nothing, watch);
    EXPECT_EQ(tally.requests.started, 3U);
    EXPECT_EQ(tally.requests.unusual_count, 3U);
    EXPECT_THAT(tally.requests.unusual,
                testing::Each(testing::Field(&request_row::end, request_end::abandoned)));
    EXPECT_TRUE(tally.requests.failures.empty());
}

}  // namespace
}  // namespace stormdrain
