#pragma once
// For tests of faults on the process only: a real server behind a listening socket, and one
// injection into it.

#include "faults/fault_fixture.hpp"
#include "harness/base/task_group.hpp"
#include "harness/net/http_exchange.hpp"
#include "harness/process/census/census_reader.hpp"
#include "harness/process/census/socket_table.hpp"
#include "harness/process/launch/launching_fixture.hpp"
#include "harness/process/launch/server_process.hpp"
#include "harness/process/output/output_capture.hpp"
#include "harness/process/port_reserver.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/post.hpp>

#include <signal.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace stormdrain {

class process_fault_fixture : public launching_fixture {
protected:
    process_fault_fixture() {
        where_ = {"127.0.0.1", ports_.next()};
        routes_["small"].path = "/";
    }

    static launch_spec reference_server() {
        launch_spec spec;
        spec.argv = {SERVER_REFERENCE, "--drain-deadline", "1s"};
        return spec;
    }

    using steps = std::function<boost::asio::awaitable<void>(server_process&)>;

    // Starts the program with a listening socket, carries the steps out, ends what is left.
    void with_server(const launch_spec& spec, const steps& carry_out) {
        run([&]() -> boost::asio::awaitable<void> {
            output_ = std::make_unique<output_capture>(executor(), folder_.file("log"));
            task_group reading(executor());
            reading.spawn(output_->run());
            owned_descriptor listener = make_listener(where_);
            const std::unique_ptr<server_process> server =
                launch(spec, output_->write_end(), {listener.get()});
            listener.reset();
            output_->close_write_end();
            const auto failure = co_await server->started(test_deadline());
            EXPECT_FALSE(failure.has_value());
            co_await carry_out(*server);
            EXPECT_TRUE(co_await server->end_tree(test_deadline()));
            output_->stop();
            co_await reading.join();
        });
        output_.reset();
    }

    boost::asio::awaitable<injection> inject(const fault& what, server_process& server) {
        injection happened = co_await inject(what, server, std::chrono::seconds(20));
        co_return happened;
    }
    boost::asio::awaitable<injection> inject(const fault& what, server_process& server,
                                             duration within) {
        port_address port;
        port.name = "http";
        port.where = where_;
        connector connections(executor(), port, log_);
        fault_context context(connections, routes_, clock_, released_, random_source(1),
                              clock::now() + within);
        context.process = &server;
        context.output = output_.get();
        context.stop = stop_;
        context.stop_begins = &stop_begins_;
        context.on_in_place = [this] {
            ++in_place_count_;
            if (on_in_place_) {
                on_in_place_();
            }
        };
        injection happened = co_await what.inject(context);
        co_return happened;
    }

    // Injects, and cancels it as soon as it stands.
    boost::asio::awaitable<void> cancel_amid(const fault& what, server_process& server) {
        task_group tasks(executor());
        const auto once = [&]() -> boost::asio::awaitable<void> { co_await inject(what, server); };
        tasks.spawn(once());
        while (in_place_count_ == 0 && tasks.running() > 0) {
            co_await boost::asio::post(executor(), boost::asio::use_awaitable);
        }
        EXPECT_EQ(tasks.running(), 1U) << "it was over before it could be cancelled";
        tasks.cancel();
        co_await tasks.join();
    }

    // Whether it answers a request on a new connection.
    boost::asio::awaitable<bool> serves() {
        port_address port;
        port.where = where_;
        connector connections(executor(), port, log_);
        connect_options options;
        const time_point soon = clock::now() + std::chrono::seconds(5);
        const connect_outcome outcome = co_await connections.connect(std::move(options), soon);
        if (!outcome.connection) {
            co_return false;
        }
        const rendered_request request =
            render(routes_["small"], connections.authority(), connection_use::one_request);
        http_exchange exchange(*outcome.connection, request);
        co_await exchange.run(soon);
        co_return exchange.report().end == exchange_end::whole;
    }

    boost::asio::awaitable<void> until_output(std::string text) {
        const time_point deadline = test_deadline();
        while (output_->summary().tail.find(text) == std::string::npos && clock::now() < deadline) {
            co_await boost::asio::post(executor(), boost::asio::use_awaitable);
        }
    }

    // Served once, and all descriptors of that closed again: the server is as it will be.
    boost::asio::awaitable<void> until_idle(server_process& server) {
        EXPECT_TRUE(co_await serves());
        const auto holds_connection = [&server] {
            socket_table sockets;
            const census now = take_census(server.tree(), sockets, since_start());
            return std::ranges::any_of(now.processes.at(0).descriptors, [](const descriptor& held) {
                return held.kind == descriptor_kind::tcp_socket;
            });
        };
        const time_point deadline = test_deadline();
        while (holds_connection() && clock::now() < deadline) {
            co_await boost::asio::post(executor(), boost::asio::use_awaitable);
        }
    }

    static char state_of(pid_t pid) {
        const std::optional<process_stat> stat = read_stat(pid);
        return stat ? stat->state : 'X';
    }

    port_reserver ports_;
    endpoint where_;
    route_table routes_;
    cycle_clock clock_;
    connection_log log_{clock_};
    gate released_{executor()};
    gate stop_begins_{executor()};
    stop_signal stop_;
    temporary_folder folder_;
    std::unique_ptr<output_capture> output_;
    std::function<void()> on_in_place_;
    int in_place_count_ = 0;
};

}  // namespace stormdrain
