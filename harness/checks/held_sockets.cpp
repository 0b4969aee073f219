#include "harness/checks/held_sockets.hpp"

#include "harness/checks/evidence.hpp"
#include "harness/checks/rules/ownerless_sockets.hpp"
#include "harness/checks/traits.hpp"

#include <algorithm>
#include <set>

namespace stormdrain {
namespace {

// Ports are enough: all traffic is on loopback, and addresses may be IPv4-mapped.
const connection_row* row_behind(const tcp_socket_facts& tcp,
                                 const std::vector<connection_row>& rows) {
    const connection_row* latest = nullptr;
    for (const connection_row& row : rows) {
        const bool same = row.local.port == tcp.remote.port && row.remote.port == tcp.local.port;
        if (same && (latest == nullptr || row.opened > latest->opened)) {
            latest = &row;
        }
    }
    return latest;
}

std::string describe(const connection_row& row) {
    std::string text = row.purpose + ", client port " + std::to_string(row.local.port) +
                       ", opened " + instant(row.opened);
    if (row.half_closed) {
        text += ", half-closed " + instant(row.half_closed);
    }
    return text + ", " + std::string(to_text(row.end)) + " " + instant(row.closed);
}

const upstream_row* upstream_behind(const descriptor& held, const rest_record& rest) {
    const auto found = std::ranges::find_if(rest.upstream, [&held](const upstream_row& row) {
        return held.tcp && row.where.port == held.tcp->remote.port &&
               row.connection.proxy.port == held.tcp->local.port;
    });
    return found == rest.upstream.end() ? nullptr : &*found;
}

std::string describe(const upstream_row& row, duration age) {
    const origin_connection_row& connection = row.connection;
    std::string text =
        "origin " + row.origin + ", connection " + std::to_string(connection.number) + ", " +
        counted(connection.requests_count, "request") + ", opened " + instant(connection.opened);
    if (connection.half_closed) {
        text += ", half-closed by the origin " + instant(connection.half_closed);
    }
    if (connection.ended) {
        text += ", " + std::string(to_text(connection.end)) + " " + instant(connection.ended);
    }
    return text + ", " + to_text(age) + " before this census";
}

// A reset socket has lost its address: any connection that we reset may have been behind it.
std::string describe_candidates(const std::vector<connection_row>& rows) {
    std::string text;
    for (const connection_row& row : rows) {
        if (row.end == connection_end::reset_by_client) {
            text += (text.empty() ? "" : " | ") + describe(row);
        }
    }
    return text.empty() ? "unknown" : text;
}

}  // namespace

const connection_row* connection_behind(const descriptor& held,
                                        const std::vector<connection_row>& rows) {
    if (held.tcp) {
        return row_behind(*held.tcp, rows);
    }
    // Its address is gone with its connection, but a fault looked at it before.
    const auto found = std::ranges::find_if(rows, [&held](const connection_row& row) {
        return row.server_inode != 0 && row.server_inode == held.inode;
    });
    return found == rows.end() ? nullptr : &*found;
}

std::optional<judgement> why_not_comparable(const cycle_record& record) {
    const rest_record& rest = record.rest;
    if (!rest.baseline || !rest.at_rest) {
        const bool came_early = !record.stop.moment.empty() && record.stop.moment != "at_rest";
        if (came_early && !record.in_process) {
            return not_applicable("the stop comes before the server is at rest (" +
                                  record.stop.moment + ")");
        }
        return was_killed_on_purpose(record)
                   ? not_applicable("the harness killed the server on purpose")
                   : not_judged("no census at rest was taken");
    }
    for (const process_facts& process : rest.at_rest->processes) {
        if (!process.descriptors_readable) {
            return not_applicable("the kernel hides the descriptors of " + process.command +
                                  " (pid " + std::to_string(process.pid) + ")");
        }
    }
    if (rest.connections_count == 0) {
        return record.has_load ? not_judged("no connection was made since the first census")
                               : not_applicable("no client connected");
    }
    return {};
}

std::vector<held_socket> sockets_of_finished_connections(const rest_record& rest) {
    std::vector<held_socket> found;
    if (rest.settled) {
        return found;
    }
    const std::set<std::uint64_t> known = inodes_of(*rest.baseline);
    std::set<std::uint64_t> seen;
    for (const process_facts& process : rest.at_rest->processes) {
        for (const descriptor& held : process.descriptors) {
            if (!rules::is_owned_socket(held)) {
                continue;
            }
            // Also one that was in the pool before the load: its origin has closed it since.
            if (const upstream_row* const upstream = upstream_behind(held, rest)) {
                if (seen.insert(held.inode).second) {
                    const origin_connection_row& connection = upstream->connection;
                    const std::optional<since_start> over =
                        connection.half_closed ? connection.half_closed : connection.ended;
                    const duration age = rest.at_rest->taken_at - over.value_or(since_start{});
                    found.push_back({&process, &held, nullptr, upstream, age});
                }
                continue;
            }
            if (known.contains(held.inode)) {
                continue;
            }
            const connection_row* row = connection_behind(held, rest.behind);
            const bool is_over = held.tcp ? row != nullptr && row->closed : true;
            if (is_over && seen.insert(held.inode).second) {
                found.push_back({&process, &held, row, nullptr, {}});
            }
        }
    }
    return found;
}

bool is_close_wait(const held_socket& socket) {
    return socket.what->tcp && socket.what->tcp->state == tcp_state::close_wait;
}

std::string describe(const held_socket& socket) {
    const std::string where = socket.process->command + " (pid " +
                              std::to_string(socket.process->pid) + ") " + to_text(*socket.what);
    if (socket.upstream != nullptr) {
        return where + "; " + describe(*socket.upstream, socket.age);
    }
    return where + (socket.behind != nullptr ? "; client: " + describe(*socket.behind)
                                             : "; its client was reset");
}

judgement broken_by(const std::vector<held_socket>& sockets, const rest_record& rest,
                    const promises& promised) {
    std::vector<std::string> lines;
    for (const held_socket& socket : sockets) {
        lines.push_back(describe(socket));
    }
    std::vector<std::string> evidence = bounded(std::move(lines));
    const bool nameless = std::ranges::any_of(sockets, [](const held_socket& socket) {
        return socket.behind == nullptr && socket.upstream == nullptr;
    });
    const bool of_origins = std::ranges::all_of(
        sockets, [](const held_socket& socket) { return socket.upstream != nullptr; });
    const std::string of_what =
        of_origins ? " to origins" : " of " + counted(rest.connections_count, "connection");
    if (nameless) {
        evidence.push_back("connections that the harness reset: " +
                           describe_candidates(rest.behind));
    }
    const std::string first = evidence.front();
    return identified_by(broken("promised to release a connection within " +
                                    to_text(promised.while_running.release_within) +
                                    " of its end: " + counted(sockets.size(), "socket") + of_what +
                                    " still held after " + to_text(rest.waited) + ", " + first,
                                std::move(evidence)),
                         traits_of(sockets));
}

}  // namespace stormdrain
