#include "harness/load/http2_link.hpp"

#include "harness/base/task_group.hpp"
#include "harness/net/connector.hpp"
#include "harness/testing/http2_script.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

class Http2Link : public io_fixture {
protected:
    // Connects to the script, and lets the test use the connection.
    void talk_to(std::function<asio::awaitable<void>(http2_script&)> server,
                 std::function<asio::awaitable<void>(http2_link&)> client) {
        auto play = [&server](tcp::socket socket) -> asio::awaitable<void> {
            http2_script script(socket);
            try {
                co_await script.greet();
                co_await server(script);
                co_await script.hang_up();
            } catch (const boost::system::system_error&) {  // the client is gone
            }
        };
        scripted_peer peer(executor(), play);
        run([&]() -> asio::awaitable<void> {
            port_address port;
            port.name = "http";
            port.where = peer.where();
            connector connections(executor(), port, log_);
            connect_options options;
            connect_outcome made =
                co_await connections.connect(std::move(options), clock::now() + 10s);
            http2_link link(executor(), std::move(made.connection), clock_, moments_);
            task_group carrying(executor());
            carrying.spawn(link.run(clock::now() + 10s));
            co_await client(link);
            link.close();
            co_await carrying.join();
            row_ = link.row();
            co_await peer.stop();
        });
    }

    static http2_request request() { return render_http2(route(), "host", "http"); }

    cycle_clock clock_;
    connection_log log_{clock_};
    load_moments moments_{executor()};
    http2_connection_row row_;
};

TEST_F(Http2Link, AnswersPingsWhileItIsIdle) {
    bool was_answered = false;
    talk_to(
        [&](http2_script& server) -> asio::awaitable<void> {
            http2_frame ping;
            ping.type = http2_frame_type::ping;
            ping.payload = "12345678";
            co_await server.say(ping);
            http2_frame heard = co_await server.next();
            while (heard.type != http2_frame_type::ping) {
                heard = co_await server.next();
            }
            was_answered = heard == acknowledgement_of(ping);
        },
        [](http2_link& link) -> asio::awaitable<void> {
            co_await link.ended().wait(clock::now() + 10s);
        });
    EXPECT_TRUE(was_answered);
    EXPECT_TRUE(row_.closed_by_server);
}

TEST_F(Http2Link, SaysWhenItsStreamsHaveEndedBehindAGoaway) {
    talk_to(
        [](http2_script& server) -> asio::awaitable<void> {
            const std::uint32_t stream = co_await server.next_request();
            const http2_frame farewell = goaway_frame(stream, 0);
            co_await server.say(farewell);
            co_await server.answer(stream);
        },
        [](http2_link& link) -> asio::awaitable<void> {
            const http2_request wanted = request();
            const std::shared_ptr<http2_exchange> asked = link.ask(wanted);
            co_await asked->ended.wait(clock::now() + 10s);
            EXPECT_EQ(asked->end, request_end::answered);
            EXPECT_FALSE(link.takes_requests());
            EXPECT_EQ(link.ask(wanted), nullptr);
            co_await link.ended().wait(clock::now() + 10s);
        });
    EXPECT_TRUE(row_.quiet_since.has_value());
    EXPECT_GE(*row_.quiet_since, *row_.last_goaway);
    EXPECT_GE(row_.ended, *row_.quiet_since);
}

TEST_F(Http2Link, AbandonsWhatGoesOnWhenItIsClosed) {
    std::shared_ptr<http2_exchange> asked;
    talk_to(
        [](http2_script& server) -> asio::awaitable<void> {
            co_await server.next_request();
            co_await server.next_request();
        },
        [&](http2_link& link) -> asio::awaitable<void> {
            const http2_request wanted = request();
            asked = link.ask(wanted);
            co_await moments_.awaiting_first_byte.wait(clock::now() + 10s);
        });
    EXPECT_EQ(asked->end, request_end::abandoned);
    EXPECT_FALSE(row_.closed_by_server);
}

}  // namespace
}  // namespace stormdrain
