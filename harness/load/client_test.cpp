// What one client writes down of its requests; how many do so together is in
// load_generator_test.cpp.

#include "harness/load/client.hpp"

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

class Client : public io_fixture {
protected:
    Client() { profile_.clients_count = 1; }

    // The tally of one client of the script.
    request_tally run_against(scripted_peer::script script) {
        scripted_peer peer(executor(), std::move(script));
        port_address port;
        port.where = peer.where();
        connector connections(executor(), port, log_);
        load_generator load(executor(), connections, clock_, {route()}, profile_);
        run([&]() -> asio::awaitable<void> {
            co_await load.run(clock::now() + 10s);
            co_await peer.stop();
        });
        return load.tally();
    }

    cycle_clock clock_;
    connection_log log_{clock_};
    load_profile profile_;
};

TEST_F(Client, SaysWhereRequestsFailedAndOnWhatConnection) {
    profile_.requests_per_client = 4;
    const auto closes_behind_each = [](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole"));
    };
    const request_tally tally = run_against(closes_behind_each);
    EXPECT_EQ(tally.ordinary, 2U);
    EXPECT_EQ(tally.failed_on_reused, 2U);
    EXPECT_EQ(tally.failed_on_fresh, 0U);
    for (const failure_class& kind : tally.failures) {
        EXPECT_TRUE(kind.phase == failure_phase::head || kind.phase == failure_phase::write);
        EXPECT_TRUE(kind.on_reused);
        EXPECT_GT(kind.age_min, 0ms);
        EXPECT_EQ(kind.family, address_family::ipv4);
    }
}

// Goal: answers in two writes, with Nagle's algorithm on, wait for the client's delayed ACK unless
// it acknowledges at once.
TEST_F(Client, TriesWhetherAnswersWaitForItsAcknowledgement) {
    profile_.requests_per_client = 60;
    const auto splits = [](tcp::socket socket) -> asio::awaitable<void> {
        while (co_await read_request(socket)) {
            co_await send_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            co_await send_text(socket, "whole");
        }
    };
    const request_tally tally = run_against(splits);
    EXPECT_EQ(tally.ordinary, 60U);
    if (tally.receiving_time.quantile(0.5) < ack_trial::stall_min) {
        GTEST_SKIP() << "this kernel does not delay its acknowledgements";
    }
    EXPECT_EQ(tally.acknowledged_receiving_time.count(), ack_trial::trials_max);
    EXPECT_LT(tally.acknowledged_receiving_time.quantile(0.5), tally.receiving_time.quantile(0.5));
}

}  // namespace
}  // namespace stormdrain
