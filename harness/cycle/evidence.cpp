#include "harness/cycle/evidence.hpp"

#include "harness/net/unix_endpoint.hpp"
#include "harness/process/census/census_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace stormdrain {
namespace {

// Of the candidates behind sockets without an address, as many as a reader can look at.
constexpr std::size_t candidates_max = 8;

// A look-up takes 5 us, a dump of the kernel's table 150 us and more with its connections.
constexpr std::size_t looked_up_max = 24;
// More connections than this take longer to look through than the kernel's table.
constexpr connection_id looked_through_max = 1'000;

const connection_row* client_of(const tcp_socket_facts& server, const connection_log& log) {
    return log.find({server.local, server.remote});
}

// Connections by the inode of the server's socket, of those where a fault looked at it.
std::unordered_map<std::uint64_t, const connection_row*> by_server_inode(
    const connection_log& log) {
    std::unordered_map<std::uint64_t, const connection_row*> known;
    for (connection_id id = 1; id <= log.size(); ++id) {
        if (const connection_row& row = log.at(id); row.server_inode != 0) {
            known[row.server_inode] = &row;
        }
    }
    return known;
}

// A process has it, or it waits in the listener's queue. Whatever else is closed by the server
// already, and the kernel sees to the rest (verdict rule R10).
bool is_held(const tcp_socket_facts& server) {
    const bool may_wait_for_accept =
        server.state == tcp_state::established || server.state == tcp_state::close_wait;
    return server.state != tcp_state::listen && (server.inode != 0 || may_wait_for_accept);
}

bool is_of_a_fault(const connection_row& client) {
    return client.purpose.starts_with("fault ");
}

held_at row_of(const connection_row& client, const tcp_socket_facts& server) {
    held_at row;
    row.client = client;
    row.server_state = server.state;
    row.accepted = server.inode != 0;
    row.send_queue_bytes = server.send_queue_bytes;
    row.receive_queue_bytes = server.receive_queue_bytes;
    return row;
}

using descriptor_slot = std::pair<pid_t, int>;  // process, number

// Where sockets without a connection are.
std::set<descriptor_slot> spare_slots(const census& taken) {
    std::set<descriptor_slot> slots;
    for (const process_facts& process : taken.processes) {
        for (const descriptor& held : process.descriptors) {
            if (held.kind == descriptor_kind::tcp_socket && !held.tcp) {
                slots.emplace(process.pid, held.number);
            }
        }
    }
    return slots;
}

}  // namespace

std::vector<descriptor> connections_held(const census& now, const census* baseline,
                                         const std::map<std::string, std::uint16_t>& ports) {
    const std::set<std::uint64_t> known =
        baseline != nullptr ? inodes_of(*baseline) : std::set<std::uint64_t>{};
    const std::set<descriptor_slot> spares =
        baseline != nullptr ? spare_slots(*baseline) : std::set<descriptor_slot>{};
    const auto is_spare = [&spares](const process_facts& process, const descriptor& held) {
        return !held.tcp && spares.contains({process.pid, held.number});
    };
    const auto serves = [&ports](const descriptor& held) {
        return !held.tcp || is_unix(held.tcp->local) ||
               std::ranges::any_of(ports, [&held](const auto& port) {
                   return port.second == held.tcp->local.port;
               });
    };
    std::vector<descriptor> found;
    std::set<std::uint64_t> seen;  // workers may share one socket
    for (const process_facts& process : now.processes) {
        for (const descriptor& held : process.descriptors) {
            // A UNIX socket that has such facts is the server's end of a connection.
            const bool is_connection =
                held.kind == descriptor_kind::tcp_socket ||
                (held.kind == descriptor_kind::unix_socket && held.tcp.has_value());
            if (is_connection && serves(held) && !known.contains(held.inode) &&
                !is_spare(process, held) && seen.insert(held.inode).second) {
                found.push_back(held);
            }
        }
    }
    return found;
}

std::vector<connection_row> connections_behind(const std::vector<descriptor>& held,
                                               const connection_log& log) {
    // Of ten thousand connections it takes its time, and most sockets have an address.
    std::optional<std::unordered_map<std::uint64_t, const connection_row*>> known;
    std::vector<connection_row> rows;
    bool any_unknown = false;
    for (const descriptor& socket : held) {
        if (socket.tcp) {
            if (const connection_row* row = client_of(*socket.tcp, log)) {
                rows.push_back(*row);
            }
            continue;
        }
        if (!known) {
            known = by_server_inode(log);
        }
        if (const auto found = known->find(socket.inode); found != known->end()) {
            rows.push_back(*found->second);
        } else {
            any_unknown = true;
        }
    }
    for (connection_id id = 1; any_unknown && id <= log.size() && rows.size() < candidates_max;
         ++id) {
        const connection_row& row = log.at(id);
        if (row.end == connection_end::reset_by_client && row.server_inode == 0) {
            rows.push_back(row);
        }
    }
    return rows;
}

std::vector<upstream_row> upstream_held(const census& now, const origin_set& origins,
                                        const path_links* links) {
    std::vector<upstream_row> found;
    std::set<std::uint64_t> seen;  // workers may share one socket
    for (const process_facts& process : now.processes) {
        for (const descriptor& held : process.descriptors) {
            const bool is_connected = held.kind == descriptor_kind::tcp_socket && held.tcp;
            if (!is_connected || !seen.insert(held.inode).second) {
                continue;
            }
            const auto passage = links != nullptr
                                     ? links->passage_of(held.tcp->local, held.tcp->remote)
                                     : std::nullopt;
            auto row = passage ? origins.ended(passage->upstream, passage->outgoing)
                               : origins.ended(held.tcp->remote, held.tcp->local);
            if (row) {
                found.push_back(std::move(*row));
            }
        }
    }
    return found;
}

std::optional<std::vector<tcp_socket_facts>> ends_at_server(const connection_log& log,
                                                            socket_table& sockets) {
    if (log.size() > looked_through_max) {
        return std::nullopt;
    }
    std::vector<const server_end*> wanted;
    for (connection_id id = 1; id <= log.size(); ++id) {
        const connection_row& row = log.at(id);
        const server_end& end = row.at_server;
        // Without an address a link has not dialled yet; of several connections one after the
        // other from one port, the latest is the one that can stand.
        if (row.server_released || end == server_end() || log.find(end) != &row) {
            continue;
        }
        if (is_unix(end.local) || wanted.size() == looked_up_max) {
            return std::nullopt;
        }
        wanted.push_back(&end);
    }
    std::vector<tcp_socket_facts> found;
    for (const server_end* one : wanted) {
        if (std::optional<tcp_socket_facts> facts = sockets.find(one->local, one->remote)) {
            found.push_back(*std::move(facts));
        }
    }
    return found;
}

connections_held_at make_held_at(since_start now, std::span<const tcp_socket_facts> of_server,
                                 const connection_log& log) {
    connections_held_at held;
    held.at = now;
    const auto keep = [&](bool (*wanted)(const connection_row&)) {
        for (const tcp_socket_facts& socket : of_server) {
            const connection_row* const client = client_of(socket, log);
            if (client == nullptr || !wanted(*client) || !is_held(socket)) {
                continue;
            }
            ++held.count;
            if (held.rows.size() < connections_held_at::rows_max) {
                held.rows.push_back(row_of(*client, socket));
            }
        }
    };
    keep([](const connection_row& client) { return is_of_a_fault(client); });
    keep([](const connection_row& client) { return !is_of_a_fault(client); });
    std::ranges::sort(held.rows, {}, [](const held_at& row) { return row.client.id; });
    return held;
}

std::string holder_of(const endpoint& place, const std::vector<process_facts>& suspects,
                      socket_table& sockets) {
    for (const tcp_socket_facts& listener : sockets.listeners_at(place)) {
        for (const process_facts& suspect : suspects) {
            const pid_t pid = suspect.pid;
            if (owner_of_socket({&pid, 1}, listener.inode) == ownership::one_of_them) {
                return suspect.command + " (pid " + std::to_string(pid) + ")";
            }
        }
    }
    return "no process of the server's tree";
}

}  // namespace stormdrain
