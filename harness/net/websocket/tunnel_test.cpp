#include "harness/net/websocket/tunnel.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/testing/connection_fixture.hpp"
#include "harness/testing/websocket_script.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include <functional>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

class WebSocketTunnel : public connection_fixture {
protected:
    // Opens one against the script and runs `body` with it.
    void run_against(scripted_peer::script play,
                     std::function<asio::awaitable<void>(websocket_tunnel&)> body) {
        scripted_peer peer(executor(), std::move(play));
        run([&]() -> asio::awaitable<void> {
            std::unique_ptr<transport> connection = co_await connect(peer);
            if (connection) {
                websocket_tunnel tunnel(executor(), std::move(connection), soon());
                co_await body(tunnel);
                tunnel.connection().close();
            }
            co_await peer.stop();
        });
    }

    static asio::awaitable<websocket_opening> open(websocket_tunnel& tunnel, time_point deadline) {
        route what;
        what.path = "/websocket";
        what.headers = {{"Connection", "upgrade"}, {"X-Asked", "yes"}};
        const std::string authority = "a.test";
        const websocket_opening seen = co_await tunnel.open(what, authority, deadline);
        co_return seen;
    }

    static asio::awaitable<void> hear(websocket_tunnel& tunnel, websocket_message& last) {
        last = co_await tunnel.read();
    }
};

TEST_F(WebSocketTunnel, CarriesMessagesThereAndBack) {
    run_against(websocket_echo_script(), [](websocket_tunnel& tunnel) -> asio::awaitable<void> {
        const websocket_opening seen = co_await open(tunnel, soon());
        EXPECT_EQ(seen.status, 101);
        EXPECT_FALSE(seen.error) << seen.error.message();
        for (const char* const text : {"first", "second"}) {
            const std::string said = text;
            const boost::system::error_code sent = co_await tunnel.write(said);
            EXPECT_FALSE(sent) << sent.message();
            const websocket_message heard = co_await tunnel.read();
            EXPECT_EQ(heard.text, said);
        }
        EXPECT_FALSE(tunnel.close_code().has_value());
    });
}

TEST_F(WebSocketTunnel, TellsTheCodeOfTheServersClose) {
    run_against(
        [](tcp::socket socket) -> asio::awaitable<void> {
            websocket_script talk(std::move(socket));
            co_await talk.accept();
            co_await talk.close(1001);
        },
        [](websocket_tunnel& tunnel) -> asio::awaitable<void> {
            co_await open(tunnel, soon());
            const websocket_message heard = co_await tunnel.read();
            EXPECT_TRUE(heard.error);
            EXPECT_EQ(tunnel.close_code(), 1001);
            const server_close end = co_await tunnel.connection().wait_for_server_close(soon());
            EXPECT_EQ(end, server_close::end_of_stream);
        });
}

TEST_F(WebSocketTunnel, TellsAnEndWithoutClose) {
    run_against(
        [](tcp::socket socket) -> asio::awaitable<void> {
            websocket_script talk(std::move(socket));
            co_await talk.accept();
        },
        [](websocket_tunnel& tunnel) -> asio::awaitable<void> {
            co_await open(tunnel, soon());
            const websocket_message heard = co_await tunnel.read();
            EXPECT_EQ(heard.error, asio::error::eof);
            EXPECT_FALSE(tunnel.close_code().has_value());
        });
}

TEST_F(WebSocketTunnel, TellsWhoRefusesIt) {
    std::string asked;
    run_against(
        [&](tcp::socket socket) -> asio::awaitable<void> {
            asked = co_await read_until(socket, "\r\n\r\n");
            const std::string answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
            co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
            co_await read_until_gone(socket);
        },
        [](websocket_tunnel& tunnel) -> asio::awaitable<void> {
            const websocket_opening seen = co_await open(tunnel, soon());
            EXPECT_TRUE(seen.error);
            EXPECT_EQ(seen.status, 404);
        });
    EXPECT_THAT(asked, testing::StartsWith("GET /websocket HTTP/1.1\r\nHost: a.test\r\n"));
    EXPECT_THAT(asked, testing::HasSubstr("\r\nX-Asked: yes\r\n"));
}

TEST_F(WebSocketTunnel, WaitsNoLongerThanItsDeadline) {
    run_against(
        [](tcp::socket socket) -> asio::awaitable<void> { co_await read_until_gone(socket); },
        [](websocket_tunnel& tunnel) -> asio::awaitable<void> {
            const time_point deadline = clock::now() + 50ms;
            const websocket_opening seen = co_await open(tunnel, deadline);
            EXPECT_EQ(seen.error, asio::error::timed_out);
            EXPECT_EQ(seen.status, 0);
        });
}

TEST_F(WebSocketTunnel, SaysCloseWhileItReads) {
    run_against(websocket_echo_script(), [](websocket_tunnel& tunnel) -> asio::awaitable<void> {
        co_await open(tunnel, soon());
        websocket_message last;
        co_await both_of(hear(tunnel, last), tunnel.say_close());
        EXPECT_EQ(tunnel.close_code(), 1000) << last.error.message();  // the server's answer
    });
}

}  // namespace
}  // namespace stormdrain
