// The shapes of a load over HTTP/2 that one thread carries, against a server made of a script.

#include "harness/load/engine/engine_fixture.hpp"
#include "harness/testing/http2_script.hpp"
#include "harness/testing/tls_script.hpp"

#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>

#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

// Ends with the connection, which is nothing that a script has to look at.
template <class Stream, class Talk>
asio::awaitable<void> until_gone(Stream& socket, Talk talk) {
    basic_http2_script<Stream> script(socket);
    try {
        co_await script.greet();
        co_await talk(script);
        co_await script.hang_up();
    } catch (const boost::system::system_error&) {
    }
}

asio::awaitable<void> answer_all(http2_script& talk) {
    for (;;) {
        const std::uint32_t stream = co_await talk.next_request();
        co_await talk.answer(stream);
    }
}

// The last that was asked is answered first.
asio::awaitable<void> answer_in_reverse(http2_script& talk) {
    constexpr std::size_t together_count = 5;
    for (;;) {
        std::vector<std::uint32_t> streams;
        while (streams.size() < together_count) {
            streams.push_back(co_await talk.next_request());
        }
        for (; !streams.empty(); streams.pop_back()) {
            co_await talk.answer(streams.back());
        }
    }
}

asio::awaitable<void> say_goaway_behind_ten(http2_script& talk) {
    constexpr int answers_count = 10;
    std::uint32_t last = 0;
    for (int count = 0; count < answers_count; ++count) {
        last = co_await talk.next_request();
        co_await talk.answer(last);
    }
    const http2_frame farewell = goaway_frame(last, 0);
    co_await talk.say(farewell);
}

asio::awaitable<void> serves(tcp::socket socket) {
    co_await until_gone(socket, answer_all);
}

asio::awaitable<void> serves_in_reverse(tcp::socket socket) {
    co_await until_gone(socket, answer_in_reverse);
}

asio::awaitable<void> serves_ten_each(tcp::socket socket) {
    co_await until_gone(socket, say_goaway_behind_ten);
}

asio::awaitable<void> hear_all(http2_script& talk) {
    for (;;) {
        co_await talk.next_request();
    }
}

asio::awaitable<void> answers_nothing(tcp::socket socket) {
    co_await until_gone(socket, hear_all);
}

class Http2Load : public engine_fixture {
protected:
    Http2Load() {
        plan_.protocol = engine_protocol::http_2;
        plan_.pipeline_depth = 5;
    }
};

TEST_F(Http2Load, MakesExactlyTheRequestsOfAClosedLoop) {
    plan_.clients_count = 4;
    plan_.requests_count = 1000;
    const engine_tally tally = run_against(serves);
    EXPECT_EQ(tally.requests.started, 1000U);
    EXPECT_EQ(tally.requests.ordinary, 1000U);
    EXPECT_EQ(tally.requests.latency.count(), 1000U);
    EXPECT_EQ(tally.requests.connections_opened, 4U);
}

TEST_F(Http2Load, TakesAnswersInAnyOrder) {
    plan_.requests_count = 500;
    const engine_tally tally = run_against(serves_in_reverse);
    EXPECT_EQ(tally.requests.ordinary, 500U);
    EXPECT_EQ(tally.requests.connections_opened, 1U);
}

TEST_F(Http2Load, OpensANewConnectionBehindEachGoaway) {
    plan_.requests_count = 100;
    const engine_tally tally = run_against(serves_ten_each);
    EXPECT_EQ(tally.requests.started, 100U);
    EXPECT_EQ(tally.requests.ordinary + tally.unprocessed_count, 100U);
    EXPECT_EQ(tally.requests.unusual_count, tally.unprocessed_count);
    EXPECT_TRUE(tally.requests.failures.empty());
    EXPECT_GE(tally.goaways_count, 6U);
    EXPECT_GE(tally.requests.connections_opened, tally.goaways_count);
}

TEST_F(Http2Load, MakesOneRequestAConnection) {
    plan_.pipeline_depth = 1;
    plan_.requests_per_connection = 1;
    plan_.requests_count = 20;
    const engine_tally tally = run_against(serves);
    EXPECT_EQ(tally.requests.ordinary, 20U);
    EXPECT_EQ(tally.requests.connections_opened, 20U);
}

TEST_F(Http2Load, KeepsTheScheduleOfAnOpenLoop) {
    plan_.clients_count = 3;
    plan_.requests_count = 50;
    plan_.open_loop.per_second = 1000;
    const engine_tally tally = run_against(serves);
    EXPECT_EQ(tally.requests.ordinary, 50U);
    EXPECT_EQ(tally.requests.latency_from_intended.count(), 50U);
    EXPECT_GE(tally.lasted, 49ms);
}

TEST_F(Http2Load, LeavesWhatIsUnderWayWhenItIsAbandoned) {
    plan_.requests_count = 100;
    load_watch watch;
    watch.every = 20ms;
    watch.look = [](const load_progress&) { return watch_answer::abandon; };
    const engine_tally tally = run_against(answers_nothing, watch);
    EXPECT_EQ(tally.requests.ordinary, 0U);
    EXPECT_GE(tally.requests.unusual_count, 1U);
}

TEST_F(Http2Load, ComesOverTlsWhereAlpnAgrees) {
    tls_script script;
    script.agree_to("h2");
    const tls_client client(script.trusting());
    plan_.tls = &client;
    plan_.clients_count = 2;
    plan_.requests_count = 200;
    const auto serves_secured = [](tls_script::stream& secured) -> asio::awaitable<void> {
        basic_http2_script<tls_script::stream> talk(secured);
        try {
            co_await talk.greet();
            for (;;) {
                const std::uint32_t stream = co_await talk.next_request();
                co_await talk.answer(stream);
            }
        } catch (const boost::system::system_error&) {
            // The client is gone.
        }
    };
    const engine_tally tally = run_against(script.behind_handshake(serves_secured));
    EXPECT_EQ(tally.requests.ordinary, 200U);
    EXPECT_EQ(tally.requests.handshake_time.count(), 2U);
    EXPECT_EQ(tally.requests.handshakes_resumed, 0U);
}

}  // namespace
}  // namespace stormdrain
