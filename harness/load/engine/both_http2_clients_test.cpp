// The engine's HTTP/2 client and the coroutines' one write down the same of the same server,
// whatever it does.

#include "harness/load/engine/engine_fixture.hpp"
#include "harness/load/engine/told_tally.hpp"
#include "harness/load/load_generator.hpp"
#include "harness/testing/http2_script.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>

#include <array>
#include <ostream>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr std::uint32_t refused_stream = 7;  // RFC 9113 section 7
constexpr std::uint32_t internal_error = 2;

asio::awaitable<void> answer_all(http2_script& talk) {
    for (;;) {
        const std::uint32_t stream = co_await talk.next_request();
        co_await talk.answer(stream);
    }
}

asio::awaitable<void> answers_with_a_body(http2_script& talk) {
    for (;;) {
        const std::uint32_t stream = co_await talk.next_request();
        http2_frame head;
        head.type = http2_frame_type::headers;
        head.flags = http2_flag::end_headers;
        head.stream = stream;
        head.payload = "\x88";
        http2_frame body;
        body.flags = http2_flag::end_stream;
        body.stream = stream;
        body.payload = "whole";
        co_await talk.say(head);
        co_await talk.say(body);
    }
}

asio::awaitable<void> stops_within_the_body(http2_script& talk) {
    const std::uint32_t stream = co_await talk.next_request();
    http2_frame head;
    head.type = http2_frame_type::headers;
    head.flags = http2_flag::end_headers;
    head.stream = stream;
    head.payload = "\x88";
    co_await talk.say(head);
    http2_frame body;
    body.stream = stream;
    body.payload = "who";
    co_await talk.say(body);
}

asio::awaitable<void> ends_without_an_answer(http2_script& talk) {
    co_await talk.next_request();
}

asio::awaitable<void> says_goaway_behind_each(http2_script& talk) {
    const std::uint32_t stream = co_await talk.next_request();
    const http2_frame farewell = goaway_frame(stream, 0);
    co_await talk.say(farewell);
    co_await talk.answer(stream);
}

asio::awaitable<void> refuses_by_goaway(http2_script& talk) {
    const std::uint32_t stream = co_await talk.next_request();
    const http2_frame farewell = goaway_frame(stream - 1, 0);
    co_await talk.say(farewell);
}

asio::awaitable<void> refuses_the_first(http2_script& talk) {
    const std::uint32_t stream = co_await talk.next_request();
    const http2_frame refusal = reset_frame(stream, refused_stream);
    co_await talk.say(refusal);
    co_await answer_all(talk);
}

asio::awaitable<void> resets_the_first(http2_script& talk) {
    const std::uint32_t stream = co_await talk.next_request();
    const http2_frame failure = reset_frame(stream, internal_error);
    co_await talk.say(failure);
    co_await answer_all(talk);
}

asio::awaitable<void> never_answers_the_first(http2_script& talk) {
    co_await talk.next_request();
    co_await answer_all(talk);
}

asio::awaitable<void> answers_without_a_status(http2_script& talk) {
    const std::uint32_t stream = co_await talk.next_request();
    http2_frame frame;
    frame.type = http2_frame_type::headers;
    frame.flags = http2_flag::end_headers | http2_flag::end_stream;
    frame.stream = stream;
    frame.payload = "\x90";  // "accept-encoding: gzip, deflate" (RFC 7541 A)
    co_await talk.say(frame);
    co_await answer_all(talk);
}

using play = asio::awaitable<void> (*)(http2_script&);

struct comparison {
    const char* name;
    play server;
    std::uint32_t requests_per_connection = 0;
    duration request_timeout = std::chrono::seconds(10);
};

std::ostream& operator<<(std::ostream& out, const comparison& what) {
    return out << what.name;
}

class BothHttp2Clients : public engine_fixture, public testing::WithParamInterface<comparison> {
protected:
    static constexpr std::uint32_t requests_count = 4;

    BothHttp2Clients() {
        plan_.protocol = engine_protocol::http_2;
        plan_.requests_count = requests_count;
        plan_.requests_per_connection = GetParam().requests_per_connection;
        plan_.request_timeout = GetParam().request_timeout;
        profile_.protocol = load_protocol::h2c;
        profile_.clients_count = 1;
        profile_.requests_per_client = requests_count;
        profile_.requests_per_connection = GetParam().requests_per_connection;
        profile_.request_timeout = GetParam().request_timeout;
    }

    static asio::awaitable<void> serve(tcp::socket socket) {
        http2_script script(socket);
        try {
            co_await script.greet();
            co_await GetParam().server(script);
            co_await script.hang_up();
        } catch (const boost::system::system_error&) {
            // The client is gone.
        }
    }

    std::string told_by_coroutines() {
        scripted_peer peer(executor(), serve);
        port_address port;
        port.where = peer.where();
        connector connections(executor(), port, log_);
        load_generator load(executor(), connections, log_.clock(), {route_}, profile_);
        run([&]() -> asio::awaitable<void> {
            co_await load.run(soon());
            co_await peer.stop();
        });
        return told(load.tally());
    }

    connection_log log_{cycle_clock()};
    load_profile profile_;
};

TEST_P(BothHttp2Clients, WriteDownTheSame) {
    const std::string by_engine = told(run_against(serve).requests);
    EXPECT_EQ(by_engine, told_by_coroutines());
}

constexpr duration short_time = 100ms;

INSTANTIATE_TEST_SUITE_P(
    Servers, BothHttp2Clients,
    testing::Values(comparison{"Serves", answer_all}, comparison{"ServesTwoEach", answer_all, 2},
                    comparison{"AnswersWithABody", answers_with_a_body},
                    comparison{"EndsWithinTheBody", stops_within_the_body},
                    comparison{"EndsWithoutAnAnswer", ends_without_an_answer},
                    comparison{"SaysGoawayBehindEach", says_goaway_behind_each},
                    comparison{"RefusesByGoaway", refuses_by_goaway},
                    comparison{"RefusesTheFirst", refuses_the_first},
                    comparison{"ResetsTheFirst", resets_the_first},
                    comparison{"NeverAnswersTheFirst", never_answers_the_first, 0, short_time},
                    comparison{"AnswersWithoutAStatus", answers_without_a_status}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace stormdrain
