#include "harness/load/websocket_client.hpp"

#include "harness/load/load_generator.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/websocket_script.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

class WebSocketClient : public io_fixture {
protected:
    WebSocketClient() {
        profile_.protocol = load_protocol::websocket;
        profile_.clients_count = 3;
        profile_.requests_per_client = 4;
        profile_.after = after_stop::close;
        route_.expected_status = 101;
    }

    // Runs the profile against the script and gives the tally.
    request_tally run_against(scripted_peer::script script) {
        scripted_peer peer(executor(), std::move(script));
        port_address port;
        port.name = "http";
        port.where = peer.where();
        connector connections(executor(), port, log_);
        load_generator load(executor(), connections, clock_, {route_}, profile_);
        stop_ = [&load] { load.stop_triggered(); };
        release_ = [&load] { load.release(); };
        run([&]() -> asio::awaitable<void> {
            co_await load.run(clock::now() + 10s);
            co_await peer.stop();
        });
        return load.tally();
    }

    cycle_clock clock_;
    connection_log log_{clock_};
    route route_;
    load_profile profile_;
    std::function<void()> stop_;
    std::function<void()> release_;
};

auto ended(request_end end) {
    return Field("end", &request_row::end, end);
}

TEST_F(WebSocketClient, CountsEachMessageThatComesBack) {
    const request_tally tally = run_against(websocket_echo_script());
    EXPECT_EQ(tally.started, 12U);
    EXPECT_EQ(tally.ordinary, 12U);
    EXPECT_EQ(tally.unusual_count, 0U);
    EXPECT_EQ(tally.connections_opened, 3U);
    EXPECT_EQ(tally.reused_connection, 9U);
    ASSERT_THAT(tally.bodies, SizeIs(1));
    EXPECT_EQ(tally.bodies[0].min, tally.bodies[0].max);
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_F(WebSocketClient, StaysIdleUntilTheServerGoesAway) {
    profile_.clients_count = 1;
    profile_.requests_per_client = 1;
    profile_.after = after_stop::stay_idle;
    const request_tally tally = run_against([&](tcp::socket socket) -> asio::awaitable<void> {
        websocket_script talk(std::move(socket));
        co_await talk.accept();
        std::string text = co_await talk.next();
        co_await talk.say(std::move(text));
        stop_();
        co_await talk.close(1001);
    });
    EXPECT_EQ(tally.ordinary, 1U);
    ASSERT_THAT(tally.websockets, SizeIs(1));
    EXPECT_EQ(tally.websockets[0].close_code, 1001U);
    EXPECT_TRUE(tally.websockets[0].closed_by_server);
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_F(WebSocketClient, GoesOnUntilTheServerGoesAway) {
    profile_.clients_count = 1;
    profile_.requests_per_client = 1'000'000;
    profile_.after = after_stop::keep_sending;
    const request_tally tally = run_against([&](tcp::socket socket) -> asio::awaitable<void> {
        websocket_script talk(std::move(socket));
        co_await talk.accept();
        for (int count = 0; count < 10; ++count) {
            std::string text = co_await talk.next();
            co_await talk.say(std::move(text));
            if (count == 4) {
                stop_();
            }
        }
        co_await talk.next();
        co_await talk.close(1001);
    });
    EXPECT_EQ(tally.ordinary, 10U);
    EXPECT_EQ(tally.answered_after_stop, 5U);
    // Which crossed the Close frame: its tunnel's end is judged.
    EXPECT_THAT(tally.unusual, Each(ended(request_end::abandoned)));
    EXPECT_THAT(tally.unusual, SizeIs(1));
    EXPECT_EQ(tally.connections_opened, 1U);
}

TEST_F(WebSocketClient, SaysCloseWhenItIsLetGo) {
    profile_.clients_count = 1;
    profile_.requests_per_client = 1;
    profile_.after = after_stop::stay_idle;
    bool is_closed_in_order = false;
    const request_tally tally = run_against([&](tcp::socket socket) -> asio::awaitable<void> {
        websocket_script talk(std::move(socket));
        co_await talk.accept();
        std::string text = co_await talk.next();
        co_await talk.say(std::move(text));
        stop_();
        release_();
        try {
            co_await talk.next();
        } catch (const boost::system::system_error& end) {
            is_closed_in_order = end.code() != asio::error::eof;
        }
    });
    EXPECT_TRUE(is_closed_in_order);
    ASSERT_THAT(tally.websockets, SizeIs(1));
    EXPECT_EQ(tally.websockets[0].close_code, 1000U);
}

TEST_F(WebSocketClient, WritesDownAMessageThatIsLostBeforeTheStop) {
    profile_.clients_count = 1;
    profile_.requests_per_client = 2;
    int connections = 0;
    const request_tally tally = run_against([&](tcp::socket socket) -> asio::awaitable<void> {
        websocket_script talk(std::move(socket));
        co_await talk.accept();
        std::string text = co_await talk.next();
        if (++connections == 2) {
            co_await talk.say(std::move(text));
            co_await talk.ignore();
        }
    });
    EXPECT_EQ(connections, 2);  // for the next message, not for the lost one
    EXPECT_THAT(tally.unusual, testing::ElementsAre(ended(request_end::end_of_stream)));
    EXPECT_EQ(tally.ordinary, 1U);
}

TEST_F(WebSocketClient, LeavesATunnelWhoseMessageDidNotComeBackInTime) {
    profile_.clients_count = 1;
    profile_.requests_per_client = 2;
    profile_.request_timeout = 50ms;
    int connections = 0;
    const request_tally tally = run_against([&](tcp::socket socket) -> asio::awaitable<void> {
        const bool is_silent = ++connections == 1;
        websocket_script talk(std::move(socket));
        try {
            co_await talk.accept();
            for (;;) {
                std::string text = co_await talk.next();
                if (!is_silent) {
                    co_await talk.say(std::move(text));
                }
            }
        } catch (const boost::system::system_error&) {
            // The client has ended it.
        }
    });
    EXPECT_EQ(connections, 2);
    EXPECT_THAT(tally.unusual, testing::ElementsAre(ended(request_end::timed_out)));
    EXPECT_EQ(tally.ordinary, 1U);
}

TEST_F(WebSocketClient, WritesDownARefusal) {
    profile_.clients_count = 1;
    profile_.requests_per_client = 1;
    const request_tally tally = run_against([](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_until(socket, "\r\n\r\n");
        const std::string answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
        co_await read_until_gone(socket);
    });
    EXPECT_THAT(tally.unusual, testing::ElementsAre(AllOf(ended(request_end::answered),
                                                          Field(&request_row::status, 503))));
    EXPECT_THAT(tally.websockets, IsEmpty());
    EXPECT_EQ(log_.open_count(), 0U);
}

}  // namespace
}  // namespace stormdrain
