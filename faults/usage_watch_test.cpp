#include "faults/usage_watch.hpp"

#include "faults/process_fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class UsageWatch : public process_fault_fixture {
protected:
    using step = std::function<asio::awaitable<void>()>;

    static asio::awaitable<void> nothing() { co_return; }

    // What it used in that time, after `meanwhile`.
    asio::awaitable<std::optional<double>> watched(server_process& server, duration length,
                                                   step meanwhile) {
        port_address port;
        port.where = where_;
        connector connections(executor(), port, log_);
        fault_context context(connections, routes_, clock_, released_, random_source(1),
                              test_deadline());
        context.process = &server;
        process_attempt here(context, "usage_watch");
        const usage_watch watch(here);
        co_await meanwhile();
        co_await here.stand(length);
        co_return watch.cpu_share();
    }

    const step nothing_ = nothing;
};

TEST_F(UsageWatch, SeesAServerThatSpins) {
    with_server(shell("echo ready; while :; do :; done"),
                [this](server_process& server) -> asio::awaitable<void> {
                    co_await until_output("ready");
                    const std::optional<double> share = co_await watched(server, 600ms, nothing_);
                    // Far from what it would get alone: others may want the CPU as well.
                    EXPECT_GT(share.value_or(0), 0.05);
                });
}

TEST_F(UsageWatch, SeesAServerThatWaits) {
    with_server(reference_server(), [this](server_process& server) -> asio::awaitable<void> {
        co_await until_idle(server);
        const std::optional<double> share = co_await watched(server, 600ms, nothing_);
        EXPECT_LT(share.value_or(1), 0.2);
    });
}

TEST_F(UsageWatch, SaysNothingAfterAShortLook) {
    with_server(reference_server(), [this](server_process& server) -> asio::awaitable<void> {
        co_await until_idle(server);
        const std::optional<double> share = co_await watched(server, 1ms, nothing_);
        EXPECT_FALSE(share.has_value());
    });
}

TEST_F(UsageWatch, TakesTheEndOfAConnectionForNoDemandAndANewOneForOne) {
    with_server(reference_server(), [this](server_process& server) -> asio::awaitable<void> {
        port_address port;
        port.where = where_;
        connector connections(executor(), port, log_);
        connect_options options;
        connect_outcome client = co_await connections.connect(std::move(options), test_deadline());
        const rendered_request request =
            render(routes_["small"], connections.authority(), connection_use::keep_alive);
        http_exchange exchange(*client.connection, request);
        co_await exchange.run(test_deadline());
        const step leave = [&]() -> asio::awaitable<void> {
            client.connection->close();
            co_return;
        };
        const std::optional<double> after_close = co_await watched(server, 600ms, leave);
        EXPECT_TRUE(after_close.has_value());
        std::unique_ptr<transport> held;
        const step arrive = [&]() -> asio::awaitable<void> {
            connect_options more;
            connect_outcome next = co_await connections.connect(std::move(more), test_deadline());
            held = std::move(next.connection);
            co_await held->write("G", test_deadline());
        };
        const std::optional<double> after_connect = co_await watched(server, 600ms, arrive);
        EXPECT_FALSE(after_connect.has_value());
    });
}

}  // namespace
}  // namespace stormdrain
