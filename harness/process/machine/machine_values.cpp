#include "harness/process/machine/machine_values.hpp"

#include "harness/process/census/process_tree.hpp"

#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>

namespace stormdrain {
namespace {

// Where a file says nothing: it is absent, or hidden from this user.
constexpr const char* absent = "not in this kernel";

std::string first_line_of(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) {
        return absent;
    }
    std::ranges::replace(line, '\t', ' ');
    return line;
}

std::string sysctl(const std::string& name) {
    return first_line_of("/proc/sys/" + name);
}

std::string to_text(rlim_t limit) {
    return limit == RLIM_INFINITY ? "unlimited" : std::to_string(limit);
}

std::string open_files() {
    rlimit limits{};
    ::getrlimit(RLIMIT_NOFILE, &limits);  // fails for a bad address only
    return to_text(limits.rlim_cur) + " / " + to_text(limits.rlim_max);
}

std::string kernel() {
    utsname machine{};
    ::uname(&machine);  // as above
    return machine.release;
}

std::string processors() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
    // Refused by machines with more than the set can hold: then all are meant.
    const bool known = ::sched_getaffinity(0, sizeof(allowed), &allowed) == 0;
    return std::to_string(known ? CPU_COUNT(&allowed) : online) + " of " + std::to_string(online);
}

std::size_t count_zombies_of_init() {
    std::size_t count = 0;
    std::error_code error;
    std::filesystem::directory_iterator entry("/proc", error);
    for (const std::filesystem::directory_iterator end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        pid_t pid = 0;
        const char* const last = name.data() + name.size();
        const auto parsed = std::from_chars(name.data(), last, pid);
        if (parsed.ec == std::errc() && parsed.ptr == last) {
            const auto stat = read_stat(pid);
            count += stat && stat->parent == 1 && stat->state == 'Z' ? 1U : 0U;
        }
    }
    return count;
}

std::string reaping() {
    std::ifstream file("/proc/1/status");
    const std::string status(std::istreambuf_iterator<char>(file), {});
    return describe_reaping(status, count_zombies_of_init());
}

std::string yama() {
    const std::string scope = sysctl("kernel/yama/ptrace_scope");
    return scope == "1" ? "1 (descendants only)" : scope == "3" ? "3 (nobody)" : scope;
}

}  // namespace

std::vector<machine_value> read_machine_values() {
    return {
        {"kernel", kernel(), "which mechanisms there are"},
        {"CPUs allowed", processors(), "how many jobs do not starve each other"},
        {"nofile soft / hard", open_files(), "how many connections one job can hold"},
        {"somaxconn", sysctl("net/core/somaxconn"), "caps the backlog of every listener"},
        {"ip_local_port_range", sysctl("net/ipv4/ip_local_port_range"),
         "clients of one port; servers are outside"},
        {"tcp_tw_reuse", sysctl("net/ipv4/tcp_tw_reuse"),
         "ports in TIME_WAIT (2: reuse on loopback)"},
        {"tcp_abort_on_overflow", sysctl("net/ipv4/tcp_abort_on_overflow"),
         "1: RST by a full backlog; 0: clients wait"},
        {"tcp_syn_linear_timeouts", sysctl("net/ipv4/tcp_syn_linear_timeouts"),
         "how long clients of a full backlog wait"},
        {"pipe-max-size", sysctl("fs/pipe-max-size"), "what a server can print unread"},
        {"core_pattern", sysctl("kernel/core_pattern"), "where a core file goes, if anywhere"},
        {"Yama ptrace_scope", yama(), "who may look at stacks; 2, 3: hardly any"},
        {"PID 1 reaps", reaping(), "if not, orphans of others stay zombies"},
    };
}

std::string describe_reaping(const std::string& status_of_init, std::size_t zombies_count) {
    if (zombies_count > 0) {
        return "no: it has " + std::to_string(zombies_count) +
               (zombies_count == 1 ? " zombie" : " zombies");
    }
    // tini waits with SIGCHLD blocked (sigtimedwait(2)), systemd by a signalfd; shells catch it,
    // others ignore it, and then the kernel reaps (wait(2)).
    constexpr std::uint64_t child_bit = 1ULL << (SIGCHLD - 1);
    std::uint64_t attended = 0;
    for (const char* key : {"SigBlk:\t", "SigIgn:\t", "SigCgt:\t"}) {
        const std::size_t at = status_of_init.find(key);
        if (at != std::string::npos) {
            const char* const digits = status_of_init.data() + at + std::string_view(key).size();
            const char* const end = status_of_init.data() + status_of_init.size();
            std::uint64_t mask = 0;
            std::from_chars(digits, end, mask, 16);
            attended |= mask;
        }
    }
    if (status_of_init.empty()) {
        return "unknown";
    }
    return (attended & child_bit) != 0 ? "likely (it minds SIGCHLD)"
                                       : "unlikely (not minding SIGCHLD)";
}

}  // namespace stormdrain
