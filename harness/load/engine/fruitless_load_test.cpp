// Loads of which nothing is answered: they go on asking, at a pace that costs neither of both a
// whole CPU, and they end.

#include "harness/load/engine/engine_fixture.hpp"
#include "harness/testing/http2_script.hpp"
#include "harness/testing/http_script.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>

#include <algorithm>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

asio::awaitable<void> refuses_every_stream(tcp::socket socket) {
    constexpr std::uint32_t refused_stream = 7;  // RFC 9113 section 7
    http2_script talk(socket);
    try {
        co_await talk.greet();
        for (;;) {
            const std::uint32_t stream = co_await talk.next_request();
            const http2_frame refusal = reset_frame(stream, refused_stream);
            co_await talk.say(refusal);
        }
    } catch (const boost::system::system_error&) {
        // The client is gone.
    }
}

asio::awaitable<void> says_goaway_at_once(tcp::socket socket) {
    http2_script talk(socket);
    try {
        co_await talk.greet();
        const http2_frame farewell = goaway_frame(0, 0);
        co_await talk.say(farewell);
        co_await talk.hang_up();
    } catch (const boost::system::system_error&) {
        // The client is gone.
    }
}

asio::awaitable<void> closes_at_once(tcp::socket) {
    co_return;
}

class FruitlessLoad : public engine_fixture {
protected:
    FruitlessLoad() {
        plan_.clients_count = 4;
        plan_.requests_count.reset();
        plan_.lasts = 400ms;
    }

    // Those that are free, a thousand a second, and what was under way.
    std::uint64_t begun_max() const {
        return 100 + 400 + std::uint64_t{plan_.clients_count} * plan_.pipeline_depth;
    }

    static std::uint64_t count_of(const engine_tally& tally, request_end end) {
        return static_cast<std::uint64_t>(
            std::ranges::count(tally.requests.unusual, end, &request_row::end));
    }
};

TEST_F(FruitlessLoad, DoesNotSpinWhereEveryStreamIsRefused) {
    plan_.protocol = engine_protocol::http_2;
    plan_.pipeline_depth = 8;
    const engine_tally tally = run_against(refuses_every_stream);
    EXPECT_GT(tally.unprocessed_count, 0U);
    EXPECT_LE(tally.requests.started, begun_max());
    EXPECT_EQ(tally.unprocessed_count, tally.requests.started);
    EXPECT_EQ(tally.requests.connections_opened, plan_.clients_count);
}

TEST_F(FruitlessLoad, DoesNotSpinWhereEveryConnectionIsTurnedAway) {
    plan_.protocol = engine_protocol::http_2;
    const engine_tally tally = run_against(says_goaway_at_once);
    EXPECT_GT(tally.unprocessed_count, 0U);
    EXPECT_LE(tally.requests.started, begun_max());
    EXPECT_EQ(tally.requests.unusual_count, tally.requests.started);
}

TEST_F(FruitlessLoad, DoesNotSpinWhereEveryConnectionIsClosedAtOnce) {
    const engine_tally tally = run_against(closes_at_once);
    EXPECT_GT(tally.requests.started, 0U);
    EXPECT_LE(tally.requests.started, begun_max());
    EXPECT_EQ(tally.requests.unusual_count, tally.requests.started);
}

// Goal: however many clients there are.
TEST_F(FruitlessLoad, DoesNotSpinWhereNobodyListens) {
    tcp::acceptor closed(executor(), tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    const std::uint16_t port = closed.local_endpoint().port();
    closed.close();
    aim_at({"127.0.0.1", port});
    plan_.clients_count = 500;
    const engine_tally tally = run_engine();
    EXPECT_LE(tally.requests.started, begun_max());
    EXPECT_EQ(count_of(tally, request_end::refused),
              std::min<std::uint64_t>(tally.requests.unusual.size(), tally.requests.started));
    EXPECT_GT(tally.held_back, 0ms);
}

TEST_F(FruitlessLoad, EndsBehindAsManyRequestsAsItWasAskedFor) {
    plan_.lasts.reset();
    plan_.requests_count = 300;
    const engine_tally tally = run_against(closes_at_once);
    EXPECT_EQ(tally.requests.started, 300U);
    EXPECT_EQ(tally.requests.unusual_count, 300U);
}

// Goal: one answer among many failures is enough for a load of full weight.
TEST_F(FruitlessLoad, HoldsNothingBackWhereSomeAreAnswered) {
    plan_.lasts.reset();
    plan_.requests_count = 2000;
    plan_.requests_per_connection = 1;
    int connections_count = 0;
    const auto answers_every_fourth = [&](tcp::socket socket) -> asio::awaitable<void> {
        if (connections_count++ % 4 == 0) {
            co_await serve_correctly(socket);
        }
    };
    const engine_tally tally = run_against(answers_every_fourth);
    EXPECT_EQ(tally.requests.ordinary, 500U);
    EXPECT_EQ(tally.held_back, 0ms);
}

}  // namespace
}  // namespace stormdrain
