// What the ledger keeps of answers that met the stop, though nothing was wrong with them.

#include "harness/base/concurrently.hpp"
#include "harness/load/load_generator.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr const char* chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

class AnswersAtStop : public io_fixture {
protected:
    static time_point soon() { return clock::now() + 10s; }

    cycle_clock clock_;
    connection_log log_{clock_};
};

// Goal: of two answers the second is begun before the stop and ended behind it.
TEST_F(AnswersAtStop, AreKeptWithTheSizesOfThoseBefore) {
    gate asked(executor());
    gate told(executor());
    const auto script = [&](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, std::string(chunked) + "5\r\nwhole\r\n0\r\n\r\n");
        co_await read_request(socket);
        asked.open();
        co_await told.wait(soon());
        co_await send_text(socket, std::string(chunked) + "3\r\ncut\r\n0\r\n\r\n");
        co_await read_request(socket);
    };
    scripted_peer peer(executor(), script);
    port_address port;
    port.name = "http";
    port.where = peer.where();
    connector connections(executor(), port, log_);
    load_profile profile;
    profile.clients_count = 1;
    profile.requests_per_client = 2;
    load_generator load(executor(), connections, clock_, {route()}, profile);
    const auto stop = [&]() -> asio::awaitable<void> {
        co_await asked.wait(soon());
        load.stop_triggered();
        told.open();
        load.release();
    };
    run([&]() -> asio::awaitable<void> {
        co_await both_of(load.run(soon()), stop());
        co_await peer.stop();
    });
    const request_tally& tally = load.tally();
    EXPECT_EQ(tally.ordinary, 2U);
    ASSERT_EQ(tally.bodies.size(), 1U);
    EXPECT_EQ(tally.bodies.front(), (body_sizes{profile.routes.front(), 1, 5, 5}));
    ASSERT_EQ(tally.across_stop.size(), 1U);
    const request_row& met = tally.across_stop.front();
    EXPECT_TRUE(met.chunked);
    EXPECT_FALSE(met.close_announced);
    EXPECT_EQ(met.body_bytes, 3U);
    EXPECT_EQ(met.number_on_connection, 1U);
}

}  // namespace
}  // namespace stormdrain
