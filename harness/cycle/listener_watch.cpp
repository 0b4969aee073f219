#include "harness/cycle/listener_watch.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <fstream>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// A look takes 20 us a port: less than 1 % of a core.
constexpr duration look_interval = std::chrono::milliseconds(10);

// Of this network namespace, which is the server's.
std::uint32_t somaxconn() {
    std::ifstream file("/proc/sys/net/core/somaxconn");
    std::uint32_t value = 0;
    file >> value;
    return file ? value : 0;
}

}  // namespace

listener_watch::listener_watch(const asio::any_io_executor& executor, socket_table& sockets,
                               const port_numbers& ports)
    : sockets_(sockets), timer_(executor) {
    const std::uint32_t backlog_max = somaxconn();
    for (const auto& [name, number] : ports) {
        watched& port = ports_.emplace_back();
        port.seen.name = name;
        port.seen.number = number;
        port.seen.backlog_max = backlog_max;
        port.dropped_before = look_at(port.seen);
    }
}

// How many it has ever dropped.
std::uint64_t listener_watch::look_at(listener_record& listener) {
    std::uint64_t dropped_count = 0;
    listener.sockets_count = 0;
    for (const diag_row& row : sockets_.listener_rows(listener.number)) {
        const std::uint32_t backlog = row.facts.send_queue_bytes;
        listener.backlog =
            listener.sockets_count == 0 ? backlog : std::min(listener.backlog, backlog);
        listener.queue_length_max =
            std::max(listener.queue_length_max, row.facts.receive_queue_bytes);
        ++listener.sockets_count;
        dropped_count += row.drops_count;
    }
    return dropped_count;
}

asio::awaitable<void> listener_watch::run() {
    constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
    while (!stopped_) {
        look();
        timer_.expires_after(look_interval);
        co_await timer_.async_wait(as_result);  // ended early by stop()
    }
}

void listener_watch::stop() {
    stopped_ = true;
    timer_.cancel();
}

std::vector<listener_record> listener_watch::look() {
    std::vector<listener_record> records;
    for (watched& port : ports_) {
        // A listener that goes takes its count along: what was seen of it stays.
        const std::uint64_t dropped_now = look_at(port.seen);
        if (dropped_now >= port.dropped_before) {
            port.seen.dropped_count =
                std::max(port.seen.dropped_count, dropped_now - port.dropped_before);
        }
        records.push_back(port.seen);
    }
    return records;
}

}  // namespace stormdrain
