#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/held_sockets.hpp"

#include <algorithm>
#include <set>

namespace stormdrain::checks {
namespace {

bool is_on_our_ports(const descriptor& held, const cycle_record& record) {
    return !held.tcp || std::ranges::any_of(record.ports, [&held](const port_record& port) {
        return port.number == held.tcp->local.port;
    });
}

// Connections that nobody has closed when their process ends: the listener and what it needs to
// work (channels, logs, timers) are the kernel's to close.
std::vector<held_socket> connections_at_exit(const cycle_record& record) {
    std::vector<held_socket> found;
    std::set<std::uint64_t> seen;  // workers may share one socket
    for (const exit_census& end : record.at_exit.ends) {
        for (const descriptor& held : end.held.descriptors) {
            if (held.kind == descriptor_kind::tcp_socket && is_on_our_ports(held, record) &&
                seen.insert(held.inode).second) {
                found.push_back({&end.held, &held, connection_behind(held, record.at_exit.behind)});
            }
        }
    }
    return found;
}

std::optional<since_start> client_ended(const connection_row& row) {
    return row.closed ? row.closed : row.half_closed;
}

// Its client had left long enough before the exit: no server is so busy that it could not know.
bool is_forgotten(const held_socket& socket, const cycle_record& record, duration release_within) {
    if (socket.behind == nullptr) {
        return false;
    }
    const std::optional<since_start> ended = client_ended(*socket.behind);
    return ended && record.exited && *ended + release_within < *record.exited;
}

// Why nothing can be said of this exit; empty: it was witnessed.
std::optional<judgement> why_not_witnessed(const cycle_record& record) {
    const exit_record& watched = record.at_exit;
    if (!record.exit) {
        return record.in_process ? not_applicable("the process goes on after a restart")
                                 : not_judged("the server's exit was not seen");
    }
    if (forced_at(record)) {
        return not_judged("the harness killed the server; see shutdown_deadline");
    }
    const auto hidden = std::ranges::find_if(
        watched.ends, [](const exit_census& end) { return !end.held.descriptors_readable; });
    if (hidden != watched.ends.end()) {
        return not_applicable("the kernel hides the descriptors of " + hidden->held.command +
                              " (pid " + std::to_string(hidden->held.pid) + ")");
    }
    const bool seen = std::ranges::any_of(watched.ends, [&record](const exit_census& end) {
        return end.held.pid == record.server_pid;
    });
    if (seen) {
        return {};
    }
    const std::string why =
        watched.weaker_because.empty() ? "" : " (" + watched.weaker_because + ")";
    if (watched.witness == exit_witness::none) {
        return not_applicable("the exit was not watched" + why);
    }
    if (record.exit->signalled()) {
        return not_applicable("a death by signal was not witnessed" + why);
    }
    return watched.witness == exit_witness::sampled
               ? not_applicable("it was over before its descriptors could be read" + why)
               : not_judged("the exit was not witnessed" + why);
}

judgement broken_by_sockets(const std::vector<held_socket>& sockets, const cycle_record& record,
                            const std::string& promise) {
    std::vector<std::string> evidence;
    for (const held_socket& socket : sockets) {
        add_bounded(evidence, describe(socket));
    }
    if (evidence.size() < sockets.size()) {
        evidence.push_back("and " + std::to_string(sockets.size() - evidence.size()) + " more");
    }
    const std::string first = evidence.front();
    for (const exit_census& end : record.at_exit.ends) {
        add_bounded(evidence, end.held.command + " (pid " + std::to_string(end.held.pid) +
                                  "): " + counted(end.held.descriptors.size(), "descriptor") +
                                  " at its end " + instant(end.at) + ", seen by " +
                                  std::string(to_text(end.seen_by)));
    }
    return broken(promise + ": " + counted(sockets.size(), "connection") +
                      " still open at the exit, " + first,
                  std::move(evidence));
}

judgement examine(const cycle_record& record, const promises& promised) {
    if (const auto why = why_not_witnessed(record)) {
        return *why;
    }
    std::vector<held_socket> sockets = connections_at_exit(record);
    if (promised.at_stop.connections_at_exit == connections_promise::closed) {
        return sockets.empty()
                   ? kept()
                   : broken_by_sockets(sockets, record,
                                       "promised to close every connection before it exits");
    }
    const duration within = promised.while_running.release_within;
    std::erase_if(sockets,
                  [&](const held_socket& socket) { return !is_forgotten(socket, record, within); });
    return sockets.empty() ? kept()
                           : broken_by_sockets(sockets, record,
                                               "promised to release a connection within " +
                                                   to_text(within) + " of its end");
}

}  // namespace

extern const check descriptors_at_exit;
const check descriptors_at_exit{
    .name = "descriptors_at_exit",
    .summary = "When a process of the server ends, it has closed the connections it had to close.",
    .examine = examine,
};

}  // namespace stormdrain::checks
