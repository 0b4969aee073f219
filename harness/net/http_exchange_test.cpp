#include "harness/net/http_exchange.hpp"

#include "harness/net/connector.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

class HttpExchange : public io_fixture {
protected:
    struct outcome {
        exchange_report report;
        response_head head;
    };

    // Small frames: g++ 12 takes the freeing of a large one for a mistake.
    asio::awaitable<void> exchange_over(transport& connection, std::string authority,
                                        duration within) {
        const rendered_request request = render(route_, authority, connection_use::keep_alive);
        const auto exchange = std::make_unique<http_exchange>(connection, request);
        co_await exchange->run(clock::now() + within);
        seen_.report = exchange->report();
        seen_.head = exchange->response().head();
    }

    asio::awaitable<void> exchange_at(endpoint where, duration within) {
        port_address port;
        port.where = std::move(where);
        const auto connections = std::make_unique<connector>(executor(), port, log_);
        connect_options options;
        connect_outcome connected =
            co_await connections->connect(std::move(options), clock::now() + 10s);
        connected_ = connected.id;
        co_await exchange_over(*connected.connection, connections->authority(), within);
    }

    void exchange_with_script(scripted_peer::script script, duration within = 10s) {
        scripted_peer peer(executor(), std::move(script));
        run([&]() -> asio::awaitable<void> {
            const endpoint where = peer.where();
            co_await exchange_at(where, within);
            over_.open();
            co_await peer.stop();
        });
    }

    // One exchange with a server that reads the request and then plays `answer`.
    outcome exchange_with(std::string answer, duration within = 10s) {
        const auto script = [&](tcp::socket socket) -> asio::awaitable<void> {
            co_await read_request(socket);
            co_await send_text(socket, answer);
            if (stays_open_) {
                co_await over_.wait(clock::now() + 10s);
            }
        };
        exchange_with_script(script, within);
        return seen_;
    }

    cycle_clock clock_;
    connection_log log_{clock_};
    route route_;
    bool stays_open_ = true;
    gate over_{executor()};
    outcome seen_;
    connection_id connected_ = 0;
};

TEST_F(HttpExchange, EndsWithTheLastByteOfAWholeResponse) {
    const outcome seen = exchange_with(http_response("whole"));
    EXPECT_EQ(seen.report.end, exchange_end::whole);
    EXPECT_TRUE(seen.report.persists);
    EXPECT_EQ(seen.report.response_bytes, http_response("whole").size());
    EXPECT_LE(*seen.report.all_sent, *seen.report.first_byte_received);
    EXPECT_EQ(log_.at(connected_).requests_count, 1U);
}

TEST_F(HttpExchange, DoesNotPersistWhereTheServerAnnouncedItsClose) {
    const outcome seen = exchange_with(http_response("whole", "Connection: close\r\n"));
    EXPECT_EQ(seen.report.end, exchange_end::whole);
    EXPECT_FALSE(seen.report.persists);
}

TEST_F(HttpExchange, TakesABodyThatEndsWithTheConnection) {
    stays_open_ = false;
    const outcome seen = exchange_with("HTTP/1.1 200 OK\r\n\r\nuntil the end");
    EXPECT_EQ(seen.report.end, exchange_end::whole);
    EXPECT_FALSE(seen.report.persists);
}

TEST_F(HttpExchange, TellsAnEndOfStreamAmidTheResponse) {
    stays_open_ = false;
    const outcome seen = exchange_with("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    EXPECT_EQ(seen.report.end, exchange_end::end_of_stream);
    EXPECT_EQ(seen.head.status, 200);
}

TEST_F(HttpExchange, TellsSilence) {
    const outcome seen = exchange_with("", 50ms);
    EXPECT_EQ(seen.report.end, exchange_end::timed_out);
    EXPECT_EQ(seen.report.first_byte_received, std::nullopt);
}

TEST_F(HttpExchange, RejectsWhatIsNotHttp) {
    const outcome seen = exchange_with("SSH-2.0-server\r\n\r\n");
    EXPECT_EQ(seen.report.end, exchange_end::malformed);
    EXPECT_FALSE(seen.report.error.empty());
}

TEST_F(HttpExchange, RejectsBytesThatNobodyAskedFor) {
    const outcome seen = exchange_with(http_response("whole") + "!");
    EXPECT_EQ(seen.report.end, exchange_end::malformed);
    EXPECT_EQ(seen.report.error, "1 bytes after the response's end");
}

// Goal: an upload that the server does not take is answered nevertheless.
TEST_F(HttpExchange, ReadsTheAnswerOfAServerThatDidNotTakeTheBody) {
    route_.method = "POST";
    route_.body_bytes = 32 * 1024 * 1024;
    exchange_with_script([](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_until(socket, "\r\n\r\n");
        co_await send_text(socket,
                           http_response("", "Connection: close\r\n", "413 Content Too Large"));
        socket.shutdown(tcp::socket::shutdown_send);
        std::vector<char> dropped(64 * 1024);
        boost::system::error_code error;
        while (!error) {  // a lingering close, as nginx does it
            auto token = asio::redirect_error(asio::use_awaitable, error);
            co_await socket.async_read_some(asio::buffer(dropped), std::move(token));
        }
    });
    EXPECT_EQ(seen_.report.end, exchange_end::whole);
    EXPECT_EQ(seen_.head.status, 413);
    EXPECT_FALSE(seen_.report.persists);
}

}  // namespace
}  // namespace stormdrain
