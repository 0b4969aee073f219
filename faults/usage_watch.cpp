#include "faults/usage_watch.hpp"

#include "harness/process/census/census_reader.hpp"
#include "harness/process/census/socket_table.hpp"

#include <algorithm>

namespace stormdrain {

namespace {

// A shorter look says nothing about the use of CPU: a tick of the kernel is up to 10 ms.
constexpr duration cpu_window_min = std::chrono::milliseconds(500);

}  // namespace

usage_watch::usage_watch(process_attempt& here)
    : here_(here), began_(clock::now()), cpu_(cpu()), traffic_(traffic()) {}

std::optional<double> usage_watch::cpu_share() const {
    const duration length = clock::now() - began_;
    const duration used = cpu() - cpu_;
    if (length < cpu_window_min || used < duration::zero() || was_asked()) {
        return std::nullopt;
    }
    return std::chrono::duration<double>(used) / std::chrono::duration<double>(length);
}

duration usage_watch::cpu() const {
    duration used{};
    for (const pid_t pid : here_.process().tree()) {
        used += read_process(pid).cpu_time;
    }
    return used;
}

std::map<endpoint, std::uint64_t> usage_watch::traffic() const {
    std::map<endpoint, std::uint64_t> received;
    const std::uint16_t port = here_.context().connections.served_at().port;
    for (const tcp_socket_facts& socket : socket_table().with_local_port(port)) {
        if (socket.inode != 0 && socket.state != tcp_state::listen) {
            received[socket.remote] = socket.received_bytes;
        }
    }
    return received;
}

bool usage_watch::was_asked() const {
    const std::map<endpoint, std::uint64_t> now = traffic();
    return std::ranges::any_of(now, [this](const auto& connection) {
        const auto before = traffic_.find(connection.first);
        return before == traffic_.end() || before->second != connection.second;
    });
}

}  // namespace stormdrain
