#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/held_sockets.hpp"
#include "harness/checks/traits.hpp"

#include <algorithm>
#include <ranges>
#include <set>

namespace stormdrain::checks {
namespace {

// A server that is not at its limits has read an end of file by then.
constexpr duration noticed_within = std::chrono::seconds(1);

struct socket_at_exit : held_socket {
    since_start at{};  // the end of the process that held it
};

bool is_on_our_ports(const descriptor& held, const cycle_record& record) {
    if (!held.tcp) {
        // Of a proxy it may as well have led to an origin.
        return record.origins.empty() || connection_behind(held, record.at_exit.behind) != nullptr;
    }
    return std::ranges::any_of(record.ports, [&held](const port_record& port) {
        return port.number == held.tcp->local.port;
    });
}

// Connections that nobody has closed when their process ends: the listener and what it needs to
// work (channels, logs, timers) are the kernel's to close.
std::vector<socket_at_exit> connections_at_exit(const cycle_record& record) {
    std::vector<socket_at_exit> found;
    std::set<std::uint64_t> seen;  // workers may share one socket: the last of them counts
    for (const exit_census& end : std::views::reverse(record.at_exit.ends)) {
        for (const descriptor& held : end.held.descriptors) {
            if (held.kind == descriptor_kind::tcp_socket && is_on_our_ports(held, record) &&
                seen.insert(held.inode).second) {
                found.push_back({{&end.held,
                                  &held,
                                  connection_behind(held, record.at_exit.behind),
                                  nullptr,
                                  {}},
                                 end.at});
            }
        }
    }
    return found;
}

std::optional<since_start> client_ended(const connection_row& row) {
    return row.closed ? row.closed : row.half_closed;
}

// Since when the server could have known that the client is gone: not while a fault kept it from
// looking.
std::optional<since_start> known_since(const socket_at_exit& socket, const cycle_record& record) {
    std::optional<since_start> known =
        socket.behind != nullptr ? client_ended(*socket.behind) : std::nullopt;
    for (const fault_record& fault : record.faults) {
        for (const injection& one : fault.injections) {
            if (known && one.delivered && fault.strikes_process) {
                known = std::max(*known, one.ended);
            }
        }
    }
    return known;
}

// Its client had left long enough before the exit: no server is so busy that it could not know.
bool is_forgotten(const socket_at_exit& socket, const cycle_record& record,
                  duration release_within) {
    const std::optional<since_start> known = known_since(socket, record);
    return known && *known + release_within < socket.at;
}

// Of such a server nothing is promised, but somebody may want to look.
bool is_suspicious(const socket_at_exit& socket, const cycle_record& record) {
    const std::optional<since_start> known = known_since(socket, record);
    return known && record.stop.triggered && *known + noticed_within < *record.stop.triggered;
}

bool was_sampled(const cycle_record& record) {
    return std::ranges::any_of(record.at_exit.ends, [](const exit_census& end) {
        return end.seen_by == exit_witness::sampled;
    });
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
    if (watched.witness == exit_witness::ptrace) {
        return not_applicable("ptrace follows the first thread alone, which did not end it");
    }
    return watched.witness == exit_witness::sampled
               ? not_applicable("it was over before its descriptors could be read" + why)
               : not_judged("the exit was not witnessed" + why);
}

std::vector<std::string> gather_evidence(const std::vector<socket_at_exit>& sockets,
                                         const cycle_record& record) {
    std::vector<std::string> lines;
    for (const socket_at_exit& socket : sockets) {
        lines.push_back(describe(socket));
    }
    std::vector<std::string> evidence = bounded(std::move(lines));
    for (const exit_census& end : record.at_exit.ends) {
        add_bounded(evidence, end.held.command + " (pid " + std::to_string(end.held.pid) +
                                  "): " + counted(end.held.descriptors.size(), "descriptor") +
                                  " at its end " + instant(end.at) + ", seen by " +
                                  std::string(to_text(end.seen_by)));
    }
    return evidence;
}

std::string still_open(const std::vector<socket_at_exit>& sockets) {
    return counted(sockets.size(), "connection") + " still open at the exit, " +
           describe(sockets.front());
}

std::vector<std::string> traits_of_all(const std::vector<socket_at_exit>& sockets) {
    return traits_of(std::vector<held_socket>(sockets.begin(), sockets.end()));
}

judgement examine_open(std::vector<socket_at_exit> sockets, const cycle_record& record,
                       duration release_within) {
    std::vector<socket_at_exit> forgotten = sockets;
    std::erase_if(forgotten, [&](const socket_at_exit& socket) {
        return !is_forgotten(socket, record, release_within);
    });
    if (!forgotten.empty()) {
        return identified_by(
            broken("promised to release a connection within " + to_text(release_within) +
                       " of its end: " + still_open(forgotten),
                   gather_evidence(forgotten, record)),
            traits_of_all(forgotten));
    }
    std::erase_if(sockets,
                  [&](const socket_at_exit& socket) { return !is_suspicious(socket, record); });
    return sockets.empty()
               ? kept()
               : warned("had not closed what its clients had left: " + still_open(sockets),
                        gather_evidence(sockets, record));
}

judgement examine(const cycle_record& record, const promises& promised) {
    if (const auto why = why_not_witnessed(record)) {
        return *why;
    }
    std::vector<socket_at_exit> sockets = connections_at_exit(record);
    if (promised.at_stop.connections_at_exit == connections_promise::any_open) {
        return examine_open(std::move(sockets), record, promised.while_running.release_within);
    }
    if (was_sampled(record)) {
        // It may have closed them in the milliseconds since.
        return not_applicable("the exit was only sampled (" + record.at_exit.weaker_because + ")");
    }
    if (sockets.empty()) {
        return kept();
    }
    return identified_by(
        broken("promised to close every connection before it exits: " + still_open(sockets),
               gather_evidence(sockets, record)),
        traits_of_all(sockets));
}

}  // namespace

extern const check descriptors_at_exit;
const check descriptors_at_exit{
    .name = "descriptors_at_exit",
    .summary = "When a process of the server ends, it has closed the connections it had to close.",
    .examine = examine,
};

}  // namespace stormdrain::checks
