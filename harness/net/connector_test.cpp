#include "harness/net/connector.hpp"

#include "harness/base/task_group.hpp"
#include "harness/testing/connection_fixture.hpp"

#include <boost/asio/write.hpp>

#include <fcntl.h>
#include <sys/resource.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class Connector : public connection_fixture {
protected:
    auto holding() {
        return [this](tcp::socket socket) -> asio::awaitable<void> {
            peers_.push_back(socket.remote_endpoint());
            co_await until_released();
        };
    }

    // To a listener of the test's own, that nobody accepts from.
    connector connector_to(const tcp::acceptor& listener) {
        endpoint where{"127.0.0.1", listener.local_endpoint().port()};
        return connector(executor(), {"http", std::move(where), nullptr}, log_);
    }
    using connection_fixture::connector_to;

    tcp::acceptor bound_listener() {
        tcp::acceptor listener(executor(), tcp::v4());
        listener.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        return listener;
    }

    // Connections until the listener takes no more; the last outcome has failed.
    asio::awaitable<connect_outcome> overflow(connector& connections,
                                              std::vector<connect_outcome>& established) {
        constexpr int connections_max = 5;  // backlog 0 takes one or two
        for (int count = 0; count < connections_max; ++count) {
            connect_options options{.purpose = "backlog"};
            const time_point deadline = clock::now() + 100ms;
            auto outcome = co_await connections.connect(std::move(options), deadline);
            if (outcome.error) {
                co_return outcome;
            }
            established.push_back(std::move(outcome));
        }
        co_return connect_outcome();
    }

    std::vector<tcp::endpoint> peers_;
};

TEST_F(Connector, LogsTheSourcePortThatTheServerSees) {
    scripted_peer peer(executor(), holding());
    run([&]() -> asio::awaitable<void> {
        connector connections = connector_to(peer);
        EXPECT_EQ(connections.authority(), to_text(peer.where()));
        connect_options options{.purpose = "probe"};
        const connect_outcome outcome = co_await connections.connect(std::move(options), soon());
        EXPECT_EQ(outcome.error, error_code());
        EXPECT_EQ(outcome.stage, connect_stage::done);
        EXPECT_GT(outcome.connect_time, 0ns);
        EXPECT_EQ(outcome.handshake_time, 0ns);
        released_.open();
        co_await peer.stop();
        EXPECT_EQ(peers_.size(), 1U);
        const connection_row* const row = log_.find(peers_.front().port());
        EXPECT_TRUE(row != nullptr && row->id == outcome.id);
        EXPECT_EQ(row->purpose, "probe");
        EXPECT_EQ(row->port, "http");
        EXPECT_EQ(row->remote, peer.where());
        EXPECT_EQ(row->local.address, "127.0.0.1");
    });
}

TEST_F(Connector, ComesFromTheSourceAddressAsked) {
    scripted_peer peer(executor(), holding());
    run([&]() -> asio::awaitable<void> {
        connector connections = connector_to(peer);
        connect_options options{.purpose = "probe", .source_address = "127.0.0.2"};
        const connect_outcome outcome = co_await connections.connect(std::move(options), soon());
        EXPECT_EQ(outcome.error, error_code());
        EXPECT_EQ(log_.at(outcome.id).local.address, "127.0.0.2");
        released_.open();
        co_await peer.stop();
        EXPECT_EQ(peers_.at(0).address().to_string(), "127.0.0.2");
    });
}

TEST_F(Connector, IsRefusedWhereNobodyListens) {
    run([&]() -> asio::awaitable<void> {
        const tcp::acceptor listener = bound_listener();  // the port is taken, and not listened on
        connector connections = connector_to(listener);
        const connect_outcome outcome = co_await connections.connect(connect_options(), soon());
        EXPECT_EQ(outcome.error, asio::error::connection_refused);
        EXPECT_EQ(outcome.stage, connect_stage::tcp_connect);
        EXPECT_EQ(outcome.connection, nullptr);
        const connection_row& row = log_.at(outcome.id);
        EXPECT_EQ(row.end, connection_end::not_established);
        EXPECT_TRUE(row.closed);
        EXPECT_EQ(log_.open_count(), 0U);
    });
}

TEST_F(Connector, TimesOutWhenTheBacklogIsFull) {
    run([&]() -> asio::awaitable<void> {
        tcp::acceptor listener = bound_listener();
        listener.listen(0);
        connector connections = connector_to(listener);
        std::vector<connect_outcome> established;
        const connect_outcome outcome = co_await overflow(connections, established);
        EXPECT_FALSE(established.empty());
        EXPECT_EQ(outcome.error, asio::error::timed_out);
        EXPECT_EQ(outcome.stage, connect_stage::tcp_connect);
        EXPECT_GE(outcome.connect_time, 100ms);
        const connection_row& row = log_.at(outcome.id);
        EXPECT_EQ(row.end, connection_end::not_established);
        EXPECT_NE(row.local.port, 0);
    });
}

TEST_F(Connector, ThatIsCancelledLeavesNoOpenRow) {
    tcp::acceptor listener = bound_listener();
    listener.listen(0);
    connector connections = connector_to(listener);
    std::vector<connect_outcome> established;
    run([&]() -> asio::awaitable<void> { co_await overflow(connections, established); });
    const std::size_t rows_before = log_.size();
    auto connecting = [&]() -> asio::awaitable<void> {
        connect_options options{.purpose = "cancelled"};
        const connect_outcome outcome = co_await connections.connect(std::move(options), soon());
        EXPECT_EQ(outcome.error, asio::error::operation_aborted);
    };
    task_group tasks(executor());
    tasks.spawn(connecting());
    context().restart();
    context().poll();
    tasks.cancel();
    run(tasks.join());
    ASSERT_EQ(log_.size(), rows_before + 1);
    EXPECT_EQ(log_.at(static_cast<connection_id>(log_.size())).end,
              connection_end::not_established);
}

TEST_F(Connector, ReturnsWhatTheMachineRefuses) {
    scripted_peer peer(executor(), holding());
    run([&]() -> asio::awaitable<void> {
        connector connections = connector_to(peer);
        connect_options foreign{.source_address = "192.0.2.1"};  // RFC 5737: nobody's
        connect_outcome outcome = co_await connections.connect(std::move(foreign), soon());
        EXPECT_EQ(outcome.error, error_code(EADDRNOTAVAIL, boost::system::system_category()));
        EXPECT_EQ(outcome.stage, connect_stage::tcp_connect);

        rlimit usual{};
        EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &usual), 0);
        rlimit exhausted = usual;
        exhausted.rlim_cur = 0;
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &exhausted), 0);
        outcome = co_await connections.connect(connect_options(), soon());
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &usual), 0);
        EXPECT_EQ(outcome.error, asio::error::no_descriptors);
        EXPECT_EQ(outcome.stage, connect_stage::tcp_connect);
        EXPECT_EQ(log_.open_count(), 0U);
        co_await peer.stop();
        EXPECT_EQ(peer.accepted_count(), 0U);
    });
}

TEST_F(Connector, KeepsItsSocketsFromTheServersItsOwnerLaunches) {
    scripted_peer peer(executor(), holding());
    run([&]() -> asio::awaitable<void> {
        const auto connection = co_await connect(peer);
        EXPECT_NE(::fcntl(connection->socket().native_handle(), F_GETFD) & FD_CLOEXEC, 0);
        tcp::no_delay no_delay;
        connection->socket().get_option(no_delay);
        EXPECT_TRUE(no_delay.value());
        released_.open();
        co_await peer.stop();
    });
}

TEST_F(Connector, ASmallReceiveBufferStopsTheServerEarly) {
    constexpr int small_bytes = 2048;
    const std::string body(std::size_t{16} * 1024 * 1024, 'x');
    std::optional<transfer> sent;
    gate stalled(executor());
    scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
        auto writing = asio::async_write(socket, asio::buffer(body), asio::deferred);
        sent = co_await before(clock::now() + 200ms, std::move(writing));
        stalled.open();
        co_await until_released();
    });
    run([&]() -> asio::awaitable<void> {
        connector connections = connector_to(peer);
        connect_options options{.purpose = "slow", .receive_buffer_bytes = small_bytes};
        const connect_outcome outcome = co_await connections.connect(std::move(options), soon());
        EXPECT_EQ(co_await stalled.wait(soon()), gate_result::opened);
        EXPECT_EQ(sent->error, asio::error::timed_out);
        // The kernel doubles it for its own bookkeeping (socket(7)).
        EXPECT_GT(outcome.connection->socket().available(), 0U);
        EXPECT_LE(outcome.connection->socket().available(), std::size_t{2 * small_bytes});
        released_.open();
        co_await peer.stop();
    });
}

}  // namespace
}  // namespace stormdrain
