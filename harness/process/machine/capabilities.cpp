#include "harness/process/machine/capabilities.hpp"

#include "harness/process/machine/capability_probes.hpp"

#include <algorithm>
#include <array>

namespace stormdrain {
namespace {

using need = capability::need;
using state = capability::state;

struct mechanism {
    std::string_view name;
    need needed_for;
    std::string (*probe)();
    std::string_view without;
    state when_it_says_why = state::missing;
};

constexpr std::array<mechanism, 15> mechanisms{{
    {"sock_diag", need::every_verdict, probes::sock_diag,
     "no verdicts: readiness, peers and states of sockets are unknown"},
    {"pidfd", need::every_verdict, probes::pidfd,
     "no verdicts: a signal could hit another process"},
    {"subreaper", need::every_verdict, probes::subreaper,
     "no verdicts: children that outlive the server are lost"},
    {"socket_events", need::some_checks, probes::socket_events,
     "when the server let go of each connection is not known"},
    {"children_files", need::some_checks, probes::children_files,
     "the process tree is found by a slower walk over all of /proc"},
    {"seccomp_listener", need::some_checks, probes::seccomp_listener,
     "exits are seen by ptrace or sampled; no fault syscall_error"},
    {"seccomp_killable_wait", need::some_checks, probes::seccomp_killable_wait,
     "a signal during an exit may show it twice (Linux < 5.19)"},
    {"ptrace_exit", need::some_checks, probes::ptrace_exit,
     "what a server held that dies by a signal is only sampled"},
    {"ptrace_attach", need::some_checks, probes::ptrace_attach, "a report of a hang has no stacks"},
    {"resource_limits", need::some_checks, probes::resource_limits, "no fault descriptor_limit"},
    {"tcp_md5_signature", need::some_checks, probes::md5_signature,
     "no fault vanish: no client that is gone without a word"},
    {"user_and_net_namespace", need::some_checks, probes::namespaces,
     "no counters, loss or delay of the server's packets alone"},
    {"cgroup_delegation", need::some_checks, probes::cgroup,
     "no limits of memory and CPU on the server, no cgroup.kill"},
    {"packet_socket", need::some_checks, probes::packet_socket,
     "no --pcap: no packets of failed cycles"},
    {"netem", need::some_checks, probes::netem,
     "delay and loss by the harness's own proxy and relay only", state::not_probed},
}};

}  // namespace

std::string_view to_text(capability::state found) {
    switch (found) {
        case state::available:
            return "available";
        case state::missing:
            return "missing";
        case state::not_probed:
            return "not probed";
    }
    return "not probed";
}

std::string why_skipped(const capability& missing) {
    return "mechanism " + std::string(missing.name) + " unavailable (" + missing.why + ")";
}

std::vector<capability> probe_capabilities() {
    std::vector<capability> found;
    for (const mechanism& one : mechanisms) {
        std::string why = one.probe();
        const state seen = why.empty() ? state::available : one.when_it_says_why;
        found.push_back({one.name, one.needed_for, seen, std::move(why), one.without});
    }
    return found;
}

bool can_judge(const std::vector<capability>& found) {
    return std::ranges::none_of(found, [](const capability& one) {
        return one.needed_for == need::every_verdict && one.found == state::missing;
    });
}

}  // namespace stormdrain
