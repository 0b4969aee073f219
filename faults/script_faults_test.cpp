// What clients of raw TCP ports do: the same faults, asked by scripts.

#include "faults/fault_fixture.hpp"
#include "harness/testing/script_steps.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

class ScriptFaults : public fault_fixture {
protected:
    ScriptFaults() {
        using kind = script_step::kind;
        const std::vector<script_step> opening{step_of(kind::send, "HELO\n"),
                                               step_of(kind::expect, "hi\n")};
        routes_.clear();
        const std::vector<script_step> ping{step_of(kind::send, "PING\n"),
                                            step_of(kind::expect, "PONG\n")};
        routes_["small"].talk = script{opening, ping};
        const std::vector<script_step> value{step_of(kind::send, "SET "),
                                             step_of(kind::send, "value\n"),
                                             step_of(kind::expect, "PONG\n")};
        routes_["upload"].talk = script{{}, value};
        std::vector<script_step> large{step_of(kind::send, "LARGE\n"), {}};
        large.back().does = kind::expect;
        large.back().expected.how = expectation::kind::bytes;
        large.back().expected.bytes_count = large_bytes;
        routes_["large"].talk = script{opening, large};
        for (auto& [name, what] : routes_) {
            what.expected_status = 0;
        }
    }

    // Line by line, until the client is gone.
    static asio::awaitable<void> line_server(tcp_socket socket) {
        boost::system::error_code gone;
        while (!gone) {
            std::string line;
            char byte = 0;
            while (!gone && byte != '\n') {
                auto token = asio::redirect_error(asio::use_awaitable, gone);
                co_await socket.async_read_some(asio::buffer(&byte, 1), std::move(token));
                line += byte;
            }
            const std::string answer = line == "HELO\n"    ? "hi\n"
                                       : line == "LARGE\n" ? std::string(large_bytes, 'x')
                                                           : "PONG\n";
            if (!gone) {
                auto token = asio::redirect_error(asio::use_awaitable, gone);
                co_await asio::async_write(socket, asio::buffer(answer), std::move(token));
            }
        }
    }

    static constexpr std::size_t large_bytes = 16 * 1024 * 1024;
};

TEST_F(ScriptFaults, AreThoseThatNeedNoHttp) {
    std::vector<std::string> need_http;
    for (const fault_kind* kind : fault_catalogue()) {
        if (make_fault(kind->name)->needs_http()) {
            need_http.emplace_back(kind->name);
        }
    }
    EXPECT_THAT(need_http, UnorderedElementsAre(
                               "connection_close", "garbage", "http2_at_stop", "http2_no_settings",
                               "http2_reset_flood", "http2_settings_unacknowledged",
                               "http2_stalled_window", "pipelined_requests", "unread_upload",
                               "upgraded_tunnel", "withheld_close_notify"));
    EXPECT_FALSE(make("garbage", R"({"at": "handshake"})")->needs_http());
}

TEST_F(ScriptFaults, AreIdleBehindAnAnsweredScript) {
    const injection happened = inject_into(line_server, *make("idle_keep_alive"));
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_TRUE(happened.response_complete);
    EXPECT_TRUE(happened.idle_since.has_value());
    EXPECT_EQ(happened.response_status, std::nullopt);
    EXPECT_EQ(happened.close_announced, std::nullopt);
}

TEST_F(ScriptFaults, SendOneByteOfTheFirstThingThatIsSaid) {
    const injection happened = inject_into(listening(), *make("one_byte"));
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(received_, "H");
}

TEST_F(ScriptFaults, SendAPartOfTheFirstThingThatIsSaid) {
    const injection happened =
        inject_into(listening(), *make("partial_request", R"({"bytes": "3B"})"));
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(received_, "HEL");
}

TEST_F(ScriptFaults, TakeTheSecondPieceForABody) {
    const injection happened = inject_into(
        listening(), *make("partial_request", R"({"at": "request_body", "bytes": "2B"})"));
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(received_, "SET va");
}

TEST_F(ScriptFaults, StallAmidALargeAnswer) {
    const injection happened = inject_into(line_server, *make("stalled_reader"));
    EXPECT_THAT(happened, WasDelivered());
}

TEST_F(ScriptFaults, HalfCloseBehindTheWholeScript) {
    surroundings held;
    held.let_go = surroundings::release::never;
    const injection happened = inject_into(line_server, *make("half_close"), held);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_TRUE(happened.response_complete);
}

TEST_F(ScriptFaults, ResetIdleConnections) {
    const injection happened =
        inject_into(line_server, *make("connection_reset", R"({"at": "idle"})"));
    EXPECT_THAT(happened, WasDelivered());
}

// Goal: another answer than the expected one leaves nothing to hold.
TEST_F(ScriptFaults, SayWhichAnswerWasNotExpected) {
    const auto refuses = [](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_until(socket, "HELO\n");
        co_await send_text(socket, "go away\n");
    };
    const injection happened = inject_into(refuses, *make("idle_keep_alive"));
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("expected \"hi\\n\", got \"go away\\n\""));
}

// Goal: what only listens has nothing that could be sent in part; it is so in every cycle.
TEST_F(ScriptFaults, CannotCutAScriptThatOnlyListens) {
    routes_["small"].talk = script{{}, {step_of(script_step::kind::expect, "news\n")}};
    for (const char* kind : {"one_byte", "partial_request", "slow_sender"}) {
        const injection happened = inject_into(listening(), *make(kind));
        EXPECT_THAT(happened, Not(WasDelivered())) << kind;
        EXPECT_TRUE(happened.unavailable) << kind;
    }
    const injection half_closed =
        inject_into(listening(), *make("half_close", R"({"at": "request_headers"})"));
    EXPECT_TRUE(half_closed.unavailable);
    const injection reset =
        inject_into(listening(), *make("connection_reset", R"({"at": "request_headers"})"));
    EXPECT_TRUE(reset.unavailable);
}

}  // namespace
}  // namespace stormdrain
