// A cycle's load on the engine: what only it does. What every load of clients does, whoever carries
// it, is in load_generator_test.cpp.

#include "harness/load/engine/cycle_load.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/load/load_generator.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"
#include "harness/testing/temporary_folder.hpp"
#include "harness/testing/tls_script.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

asio::awaitable<void> serves(tcp::socket socket) {
    co_await serve_correctly(socket);
}

class CycleLoad : public io_fixture {
protected:
    CycleLoad() { profile_.clients_count = 1; }

    static time_point soon() { return clock::now() + 10s; }

    port_address port_at(const endpoint& where) const {
        port_address port;
        port.name = "http";
        port.where = where;
        port.tls = tls_;
        return port;
    }

    request_tally run_against(scripted_peer::script script) {
        scripted_peer peer(executor(), std::move(script));
        connector connections(executor(), port_at(peer.where()), log_);
        load_generator load(executor(), connections, clock_, {route_}, profile_);
        stop_ = [&load] { load.stop_triggered(); };
        run([&]() -> asio::awaitable<void> {
            co_await load.run(soon());
            co_await peer.stop();
        });
        return load.tally();
    }

    cycle_clock clock_;
    connection_log log_{clock_};
    route route_;
    load_profile profile_;
    const tls_client* tls_ = nullptr;
    std::function<void()> stop_;
};

TEST_F(CycleLoad, CarriesHttpWithoutScripts) {
    connector connections(executor(), port_at({"127.0.0.1", 1}), log_);
    const auto carried = [&] {
        const load_state load(executor(), connections, clock_, {route_}, profile_);
        return cycle_load::carries(load);
    };
    EXPECT_TRUE(carried());
    profile_.protocol = load_protocol::h2c;
    EXPECT_FALSE(carried());
    profile_.protocol = load_protocol::websocket;
    EXPECT_FALSE(carried());
    profile_.protocol = load_protocol::http_1_1;
    route_.talk.emplace();
    EXPECT_FALSE(carried());
}

TEST_F(CycleLoad, IsInTheLogOfConnectionsAsItsServerSawIt) {
    profile_.requests_per_client = 2;
    profile_.requests_per_connection = 1;
    std::vector<std::uint16_t> seen;
    run_against([&](tcp::socket socket) -> asio::awaitable<void> {
        seen.push_back(socket.remote_endpoint().port());
        co_await serve_correctly(socket);
    });
    ASSERT_EQ(log_.size(), 2U);
    ASSERT_EQ(seen.size(), 2U);
    for (connection_id id = 1; id <= 2; ++id) {
        const connection_row& row = log_.at(id);
        EXPECT_EQ(row.purpose, "load");
        EXPECT_EQ(row.local.port, seen[id - 1]);
        EXPECT_EQ(row.requests_count, 1U);
        EXPECT_TRUE(row.closed.has_value());
        EXPECT_EQ(row.end, connection_end::closed_by_client);
    }
}

TEST_F(CycleLoad, TellsWhoEndedAConnection) {
    profile_.requests_per_client = 2;
    bool is_first = true;
    run_against([&](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        if (!std::exchange(is_first, false)) {
            socket.set_option(tcp::socket::linger(true, 0));
            socket.close();
        }
    });
    ASSERT_EQ(log_.size(), 2U);
    EXPECT_EQ(log_.at(1).end, connection_end::closed_by_server);
    EXPECT_EQ(log_.at(2).end, connection_end::reset_by_server);
    EXPECT_TRUE(log_.at(1).server_closed && log_.at(2).server_closed);
    // Nobody listens behind it.
    connector connections(executor(), port_at({"127.0.0.1", log_.at(1).remote.port}), log_);
    profile_.requests_per_client = 1;
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    run(load.run(soon()));
    EXPECT_EQ(log_.at(3).end, connection_end::not_established);
    EXPECT_EQ(log_.open_count(), 0U);
}

// Goal: a client that thinks asks its next request as if it had not seen the end of its connection,
// also where TLS said goodbye.
TEST_F(CycleLoad, LooksAtNothingWhileItThinks) {
    tls_script script;
    const tls_client client(script.trusting());
    tls_ = &client;
    profile_.requests_per_client = 2;
    profile_.think_time = 20ms;
    const request_tally tally = run_against(
        script.behind_handshake([](tls_script::stream& secured) -> asio::awaitable<void> {
            co_await read_request(secured);
            co_await send_text(secured, http_response("whole"));
            boost::system::error_code ignored;
            auto token = asio::redirect_error(asio::use_awaitable, ignored);
            co_await secured.async_shutdown(std::move(token));
        }));
    EXPECT_EQ(tally.ordinary, 1U);
    ASSERT_EQ(tally.unusual.size(), 1U);
    EXPECT_EQ(tally.unusual[0].number_on_connection, 1U);
    EXPECT_GE(tally.unusual[0].idle_before, 20ms);
    EXPECT_EQ(tally.connections_opened, 1U);
}

// Goal: whoever waits for a moment of the load acts before the load goes on, here before another
// client's answer is read that is there already.
TEST_F(CycleLoad, GoesOnOnceThoseHaveActedWhoWaitedForAMoment) {
    profile_.clients_count = 2;
    profile_.requests_per_client = 1;
    gate both_asked(executor());
    int asked_count = 0;
    const auto in_parts = [&](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        if (++asked_count == 2) {
            both_asked.open();
        }
        co_await both_asked.wait(soon());
        co_await send_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha");
        asio::steady_timer a_while(executor(), 5ms);
        co_await a_while.async_wait(asio::use_awaitable);
        co_await send_text(socket, "lf");
        co_await read_request(socket);
    };
    scripted_peer peer(executor(), in_parts);
    connector connections(executor(), port_at(peer.where()), log_);
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    const auto watch = [&]() -> asio::awaitable<void> {
        co_await load.moments().mid_response.wait(soon());
        EXPECT_EQ(load.tally().ordinary, 0U);
        load.stop_triggered();
    };
    run([&]() -> asio::awaitable<void> {
        co_await both_of(load.run(soon()), watch());
        co_await peer.stop();
    });
    EXPECT_EQ(load.tally().ordinary + load.tally().unusual_count, load.tally().started);
    EXPECT_EQ(load.tally().across_stop.size(), 2U);
}

TEST_F(CycleLoad, WritesSeveralRequestsBeforeTheFirstIsAnswered) {
    profile_.requests_per_client = 8;
    profile_.pipeline_depth = 4;
    std::size_t together = 0;
    const request_tally tally = run_against([&](tcp::socket socket) -> asio::awaitable<void> {
        std::string read;
        std::string answers;
        for (int count = 0; count < 4; ++count) {
            co_await read_request(socket, read);
            ++together;
            answers += http_response("whole");
        }
        co_await send_text(socket, answers);
        co_await serve_correctly(socket);
    });
    EXPECT_EQ(together, 4U);
    EXPECT_EQ(tally.ordinary, 8U);
    EXPECT_EQ(tally.connections_opened, 1U);
    EXPECT_EQ(tally.reused_connection, 7U);
}

TEST_F(CycleLoad, KeepsTheScheduleOfAnOpenLoop) {
    profile_.clients_count = 5;
    profile_.requests_per_client = 10;
    profile_.open_loop.per_second = 1000;
    const time_point began = clock::now();
    const request_tally tally = run_against(serves);
    EXPECT_GE(clock::now() - began, 49ms);
    EXPECT_EQ(tally.started, 50U);
    EXPECT_EQ(tally.ordinary, 50U);
    EXPECT_EQ(tally.latency_from_intended.count(), 50U);
    EXPECT_EQ(tally.send_lag.count(), 50U);
    EXPECT_GE(tally.latency_from_intended.max(), tally.latency.max());
}

// Goal: a server that stands still for a while. Who measures from the send sees one slow answer;
// who measures from the schedule sees all that were due meanwhile.
TEST_F(CycleLoad, HidesNoPauseOfTheServers) {
    static constexpr duration paused = 200ms;
    profile_.requests_per_client = 300;
    profile_.open_loop.per_second = 1000;
    const auto pauses_once = [](tcp::socket socket) -> asio::awaitable<void> {
        co_await serve_with_a_pause(std::move(socket), paused);
    };
    const request_tally tally = run_against(pauses_once);
    EXPECT_EQ(tally.ordinary, 300U);
    EXPECT_GE(tally.latency.max(), paused);
    // One request of 300 waited; 200 were due meanwhile, half of them for more than 100 ms.
    EXPECT_GE(tally.latency_from_intended.quantile(0.75), 50ms);
    EXPECT_GE(tally.send_lag.quantile(0.75), 50ms);
}

TEST_F(CycleLoad, EndsAnOpenLoopAtItsStop) {
    profile_.clients_count = 3;
    profile_.requests_per_client = 1'000'000;
    profile_.open_loop.per_second = 500;
    profile_.after = after_stop::close;
    std::uint32_t served_count = 0;
    const request_tally tally = run_against([&](tcp::socket socket) -> asio::awaitable<void> {
        while (co_await read_request(socket)) {
            if (++served_count == 10) {
                stop_();
            }
            co_await send_text(socket, http_response("whole"));
        }
    });
    EXPECT_GE(tally.ordinary, 10U);
    EXPECT_EQ(tally.ordinary, tally.started);
    EXPECT_EQ(tally.answered_after_stop, 0U);
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_F(CycleLoad, HoldsTheConnectionsOfAnOpenLoopThatShallStayIdle) {
    profile_.clients_count = 2;
    profile_.requests_per_client = 3;
    profile_.open_loop.per_second = 1000;
    profile_.after = after_stop::stay_idle;
    scripted_peer peer(executor(), serves);
    connector connections(executor(), port_at(peer.where()), log_);
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    const auto release = [&]() -> asio::awaitable<void> {
        co_await load.moments().finished.wait(soon());
        EXPECT_GE(log_.open_count(), 1U);
        load.release();
    };
    run([&]() -> asio::awaitable<void> {
        co_await both_of(load.run(soon()), release());
        co_await peer.stop();
    });
    EXPECT_EQ(load.tally().ordinary, 6U);
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_F(CycleLoad, BeginsItsClientsOneByOneWhereItIsToRiseSlowly) {
    profile_.clients_count = 5;
    profile_.requests_per_client = 1;
    profile_.clients_ramp = 50ms;
    const request_tally tally = run_against(serves);
    EXPECT_EQ(tally.ordinary, 5U);
    EXPECT_GE(tally.connects_began_within, 20ms);
}

TEST_F(CycleLoad, ConnectsABurstWithinItsTime) {
    profile_.clients_count = 20;
    profile_.requests_per_client = profile_.requests_per_connection = 1;
    profile_.burst = 40ms;
    const request_tally tally = run_against(serves);
    EXPECT_EQ(tally.ordinary, 20U);
    EXPECT_EQ(tally.connections_opened, 20U);
    EXPECT_EQ(tally.latency_from_intended.count(), 20U);
    EXPECT_GE(tally.connects_began_within, 20ms);
}

// Goal: an answer that has come as a whole is read in parts, so that a stop can come amid it.
TEST_F(CycleLoad, IsAmidALargeAnswerHoweverFastItComes) {
    route_.path = "/bytes/40000";
    profile_.requests_per_client = 1;
    scripted_peer peer(executor(), [](tcp::socket socket) -> asio::awaitable<void> {
        co_await serve_correctly(socket);
    });
    connector connections(executor(), port_at(peer.where()), log_);
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    run([&]() -> asio::awaitable<void> {
        co_await load.run(soon());
        co_await peer.stop();
    });
    EXPECT_EQ(load.tally().ordinary, 1U);
    EXPECT_TRUE(load.moments().mid_response.is_open());
}

// Goal: the queue of a UNIX socket's listener is full until the server accepts.
TEST_F(CycleLoad, WaitsForAPlaceInTheQueueOfAUnixSocket) {
    using asio::local::stream_protocol;
    const temporary_folder folder;
    const std::string path = folder.path() + "/server.sock";
    stream_protocol::acceptor acceptor(executor());
    acceptor.open();
    acceptor.bind(stream_protocol::endpoint(path));
    acceptor.listen(0);
    stream_protocol::socket first(executor());
    first.connect(stream_protocol::endpoint(path));
    profile_.requests_per_client = 1;
    connector connections(executor(), port_at({path, 0}), log_);
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    const auto serve = [&]() -> asio::awaitable<void> {
        asio::steady_timer a_while(executor(), 20ms);
        co_await a_while.async_wait(asio::use_awaitable);
        EXPECT_EQ(load.tally().started, 1U);
        EXPECT_EQ(load.tally().connections_opened, 0U);
        const stream_protocol::socket in_the_way =
            co_await acceptor.async_accept(asio::use_awaitable);
        stream_protocol::socket asking = co_await acceptor.async_accept(asio::use_awaitable);
        co_await serve_correctly(asking);
    };
    run([&]() -> asio::awaitable<void> { co_await both_of(load.run(soon()), serve()); });
    EXPECT_EQ(load.tally().ordinary, 1U);
    EXPECT_EQ(log_.size(), 1U);
    EXPECT_EQ(load.tally().unusual_count, 0U);
}

TEST_F(CycleLoad, CallsAUnixSocketThatIsGoneRefused) {
    const temporary_folder folder;
    profile_.requests_per_client = 1;
    connector connections(executor(), port_at({folder.path() + "/gone.sock", 0}), log_);
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    run(load.run(soon()));
    ASSERT_EQ(load.tally().unusual.size(), 1U);
    EXPECT_EQ(load.tally().unusual[0].end, request_end::refused);
}

}  // namespace
}  // namespace stormdrain
