#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/process/launch/leak_canary.hpp"

#include <algorithm>
#include <set>

namespace stormdrain::checks {
namespace {

// More generations than a server has, and fewer than a loop of parents would make.
constexpr int generations_max = 32;

std::string name_of(const process_facts& process) {
    return process.command + " (pid " + std::to_string(process.pid) + ")";
}

// What the processes held, at each instant that they were looked at.
std::vector<census> looks_at(const cycle_record& record) {
    std::vector<census> looks;
    if (record.rest.baseline) {
        looks.push_back(*record.rest.baseline);
    }
    if (record.rest.at_rest) {
        looks.push_back(*record.rest.at_rest);
    }
    census& ends = looks.emplace_back();
    for (const exit_census& end : record.at_exit.ends) {
        ends.processes.push_back(end.held);
    }
    return looks;
}

const process_facts* find(const census& look, pid_t pid) {
    const auto found = std::ranges::find(look.processes, pid, &process_facts::pid);
    return found == look.processes.end() ? nullptr : &*found;
}

// "fd 7 of server (pid 12)"; empty when none reached it.
std::string find_canary(const std::vector<census>& looks) {
    for (const census& look : looks) {
        for (const process_facts& process : look.processes) {
            for (const descriptor& held : process.descriptors) {
                if (held.target == leak_canary_target) {
                    return "fd " + std::to_string(held.number) + " of " + name_of(process);
                }
            }
        }
    }
    return "";
}

bool descends_from(const process_facts& process, pid_t ancestor, const census& look) {
    const process_facts* at = &process;
    for (int steps = 0; at != nullptr && steps < generations_max; ++steps) {
        if (at->parent == ancestor) {
            return true;
        }
        at = find(look, at->parent);
    }
    return false;
}

// Another program, by the kernel's word and by its name: a forked worker runs the same one, and may
// call itself what it likes (prctl(2), PR_SET_NAME).
bool runs_another_program(const process_facts& process, const process_facts& server) {
    return !process.program.empty() && !server.program.empty() &&
           process.program != server.program && process.command != server.command;
}

// Who has connections of its own at the same port serves there: it was given the listener.
bool serves(const process_facts& process, const process_facts& server, std::uint16_t port) {
    return std::ranges::any_of(process.descriptors, [&](const descriptor& held) {
        const bool is_shared = std::ranges::any_of(
            server.descriptors, [&](const descriptor& own) { return own.inode == held.inode; });
        return held.kind == descriptor_kind::tcp_socket && held.tcp &&
               held.tcp->local.port == port && !is_shared;
    });
}

bool is_passed_down(const descriptor& held, const cycle_record& record) {
    return held.tcp && std::ranges::any_of(record.ports, [&](const port_record& port) {
               return port.passed_down && port.number == held.tcp->local.port;
           });
}

// Under the same number, as fork(2) and execve(2) leave it. What is handed over on purpose comes
// another way (SCM_RIGHTS, dup2(2) to 0, 1 or 3) and gets a number of its own.
bool is_same(const descriptor& left, const descriptor& right) {
    return left.number == right.number && left.inode == right.inode && left.inode != 0;
}

// What the helpers of the server have of it.
struct inheritance {
    std::vector<std::string> connections;
    // A supervisor passes its listener on purpose (einhorn, start_server), which looks the same as
    // forgetting to close it; the harm shows in port_held.
    std::vector<std::string> listeners;
};

void add_inherited(const process_facts& helper, const process_facts& server,
                   const cycle_record& record, inheritance& found) {
    for (const descriptor& held : helper.descriptors) {
        const bool is_listener = held.kind == descriptor_kind::tcp_listener;
        const bool is_tcp = is_listener || (held.kind == descriptor_kind::tcp_socket && held.tcp);
        const bool is_servers = std::ranges::any_of(
            server.descriptors, [&](const descriptor& own) { return is_same(own, held); });
        if (!is_tcp || !is_servers || is_passed_down(held, record) ||
            (held.tcp && serves(helper, server, held.tcp->local.port))) {
            continue;
        }
        const std::string text =
            name_of(helper) + " inherited " + to_text(held) + " of " + name_of(server);
        if (is_listener) {
            found.listeners.push_back(text + ": the port stays taken as long as " + helper.command +
                                      " lives");
        } else {
            found.connections.push_back(text + ": its client sees no end as long as " +
                                        helper.command + " lives");
        }
    }
}

// The same in two looks is one.
std::vector<std::string> each_once(const std::vector<std::string>& lines) {
    std::set<std::string> seen;
    std::vector<std::string> evidence;
    for (const std::string& line : lines) {
        if (seen.insert(line).second) {
            add_bounded(evidence, line);
        }
    }
    return evidence;
}

judgement examine(const cycle_record& record, const promises&) {
    const std::vector<census> looks = looks_at(record);
    if (const std::string canary = find_canary(looks); !canary.empty()) {
        return not_judged("the harness leaked a descriptor of its own into the server: " + canary);
    }
    inheritance found;
    for (const census& look : looks) {
        const process_facts* server = find(look, record.server_pid);
        if (server == nullptr) {
            continue;
        }
        for (const process_facts& process : look.processes) {
            if (runs_another_program(process, *server) &&
                descends_from(process, server->pid, look)) {
                add_inherited(process, *server, record, found);
            }
        }
    }
    if (!found.connections.empty()) {
        return broken("promised to keep its clients' sockets from the programs it runs: " +
                          found.connections.front(),
                      each_once(found.connections));
    }
    return found.listeners.empty()
               ? kept()
               : warned("a program that it runs has its listener: " + found.listeners.front(),
                        each_once(found.listeners));
}

}  // namespace

extern const check descriptor_inherited;
const check descriptor_inherited{
    .name = "descriptor_inherited",
    .summary = "Programs that the server runs inherit none of its clients' sockets.",
    .examine = examine,
};

}  // namespace stormdrain::checks
