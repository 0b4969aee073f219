#include "harness/cycle/evidence.hpp"

#include "harness/process/census_reader.hpp"

#include <algorithm>
#include <set>

namespace stormdrain {
namespace {

// Of the candidates behind sockets without an address, as many as a reader can look at.
constexpr std::size_t candidates_max = 8;

}  // namespace

std::vector<descriptor> connections_held(const census& now, const census* baseline,
                                         const std::map<std::string, std::uint16_t>& ports) {
    const std::set<std::uint64_t> known =
        baseline != nullptr ? inodes_of(*baseline) : std::set<std::uint64_t>{};
    const auto serves = [&ports](const descriptor& held) {
        return !held.tcp || std::ranges::any_of(ports, [&held](const auto& port) {
            return port.second == held.tcp->local.port;
        });
    };
    std::vector<descriptor> found;
    std::set<std::uint64_t> seen;  // workers may share one socket
    for (const process_facts& process : now.processes) {
        for (const descriptor& held : process.descriptors) {
            if (held.kind == descriptor_kind::tcp_socket && serves(held) &&
                !known.contains(held.inode) && seen.insert(held.inode).second) {
                found.push_back(held);
            }
        }
    }
    return found;
}

std::vector<connection_row> connections_behind(const std::vector<descriptor>& held,
                                               const connection_log& log) {
    std::vector<connection_row> rows;
    bool nameless = false;
    for (const descriptor& socket : held) {
        if (!socket.tcp) {
            nameless = true;
        } else if (const connection_row* row = log.find(socket.tcp->remote.port)) {
            rows.push_back(*row);
        }
    }
    for (connection_id id = 1; nameless && id <= log.size() && rows.size() < candidates_max; ++id) {
        if (log.at(id).end == connection_end::reset_by_client) {
            rows.push_back(log.at(id));
        }
    }
    return rows;
}

std::string holder_of(std::uint16_t port, const std::vector<process_facts>& suspects,
                      socket_table& sockets) {
    for (const tcp_socket_facts& listener : sockets.listeners(port)) {
        for (const process_facts& suspect : suspects) {
            const pid_t pid = suspect.pid;
            if (owns_socket({&pid, 1}, listener.inode)) {
                return suspect.command + " (pid " + std::to_string(pid) + ")";
            }
        }
    }
    return "no process of the server's tree";
}

}  // namespace stormdrain
