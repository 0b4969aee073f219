#include "harness/load/load_generator.hpp"

#include "harness/base/task_group.hpp"
#include "harness/load/engine/cycle_load.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <optional>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

load_generator::load_generator(asio::any_io_executor executor, connector& connections,
                               const cycle_clock& started, std::vector<route> routes,
                               load_profile profile)
    : executor_(std::move(executor)),
      load_(executor_, connections, started, std::move(routes), std::move(profile)) {
    if (cycle_load::carries(load_)) {
        on_engine_ = std::make_unique<cycle_load>(executor_, load_);
    }
}

load_generator::~load_generator() = default;

asio::awaitable<void> load_generator::run(time_point deadline) {
    if (on_engine_) {
        co_await on_engine_->run(deadline);
        co_return;
    }
    gate all_ended(executor_);
    task_group clients(executor_);
    begin_clients(clients, deadline, all_ended);
    if (clients_running_ == 0) {
        load_.moments.connected.open();
        load_.moments.finished.open();
        all_ended.open();
    }
    // join() cannot be cancelled, this wait can: it passes the cancellation on to the clients.
    bool cancelled = false;
    try {
        co_await all_ended.wait(time_point::max());
    } catch (const boost::system::system_error&) {
        cancelled = true;
        clients.cancel();
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await clients.join();
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    if (cancelled) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

void load_generator::begin_clients(task_group& tasks, time_point deadline, gate& all_ended) {
    const bool has_streams = is_http2(load_.profile.protocol);
    const std::uint32_t streams = has_streams ? load_.profile.streams_per_connection : 1;
    clients_running_ = load_.profile.clients_count * streams;
    for (std::uint32_t index = 0; index < load_.profile.clients_count; ++index) {
        if (load_.profile.protocol == load_protocol::websocket) {
            websocket_clients_.push_back(
                std::make_unique<websocket_client>(load_, index, deadline, tasks));
            tasks.spawn(run_websocket_client(*websocket_clients_.back(), all_ended));
            continue;
        }
        if (!has_streams) {
            tasks.spawn(run_client(index, deadline, all_ended));
            continue;
        }
        http2_clients_.push_back(std::make_unique<http2_client>(load_, index, deadline, tasks));
        for (std::uint32_t stream = 0; stream < streams; ++stream) {
            tasks.spawn(run_stream(*http2_clients_.back(), all_ended));
        }
    }
}

namespace {

// Opened also when a client throws: join() then brings the exception up.
struct last_one_out {
    std::uint32_t& running;
    gate& door;
    ~last_one_out() {
        if (--running == 0) {
            door.open();
        }
    }
};

}  // namespace

asio::awaitable<void> load_generator::run_client(std::uint32_t number, time_point deadline,
                                                 gate& all_ended) {
    const last_one_out leaving{clients_running_, all_ended};
    client one(load_, number, deadline);
    co_await one.run();
}

asio::awaitable<void> load_generator::run_websocket_client(websocket_client& client,
                                                           gate& all_ended) {
    const last_one_out leaving{clients_running_, all_ended};
    co_await client.run();
}

asio::awaitable<void> load_generator::run_stream(http2_client& client, gate& all_ended) {
    const last_one_out leaving{clients_running_, all_ended};
    co_await client.run_stream();
}

void load_generator::stop_triggered() {
    load_.stopped_at = clock::now();
    load_.stopping.open();
    load_.barriers.open_for_good();
    if (on_engine_) {
        on_engine_->outlook_changed();
    }
}

void load_generator::release() {
    load_.released.open();
    load_.barriers.open_for_good();
    if (on_engine_) {
        on_engine_->outlook_changed();
    }
}

}  // namespace stormdrain
