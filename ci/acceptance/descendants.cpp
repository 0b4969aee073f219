#include "ci/acceptance/descendants.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>

namespace stormdrain::acceptance {
namespace {

struct stat_line {
    pid_t parent = 0;
    char state = 'X';
};

// /proc/PID/stat: "12 (name with ) and blanks) S 1 ..." (proc(5)). Size zero, so no read_file().
stat_line stat_of(pid_t pid) {
    std::ostringstream contents;
    contents << std::ifstream("/proc/" + std::to_string(pid) + "/stat").rdbuf();
    const std::string text = contents.str();
    stat_line read;
    const std::size_t name_ends = text.rfind(')');
    if (name_ends != std::string::npos) {
        std::istringstream fields(text.substr(name_ends + 1));
        fields >> read.state >> read.parent;
    }
    return read;
}

std::string command_of(pid_t pid) {
    std::ostringstream contents;
    contents << std::ifstream("/proc/" + std::to_string(pid) + "/cmdline").rdbuf();
    std::string text = contents.str();
    std::ranges::replace(text, '\0', ' ');
    return text.empty() ? "?" : text;
}

std::map<pid_t, stat_line> all_processes() {
    std::map<pid_t, stat_line> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename().string();
        pid_t pid = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (error == std::errc() && end == name.data() + name.size()) {
            found.emplace(pid, stat_of(pid));
        }
    }
    return found;
}

// Until one of them ends or the deadline comes.
void wait_for_an_end(const std::vector<process>& processes, clock::time_point deadline) {
    std::vector<pollfd> exits;
    for (const process& one : processes) {
        const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, one.pid, 0));
        if (descriptor >= 0) {  // else it is gone already
            exits.push_back({descriptor, POLLIN, 0});
        }
    }
    if (exits.size() == processes.size()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
        const auto wait_ms = std::clamp<std::int64_t>(left.count(), 0, 3600 * 1000);
        // An interrupted wait is only a shorter one: the caller looks again.
        (void)::poll(exits.data(), exits.size(), static_cast<int>(wait_ms));
    }
    for (const pollfd& one : exits) {
        ::close(one.fd);
    }
}

}  // namespace

std::string to_text(const std::vector<process>& processes) {
    std::string text;
    for (const process& one : processes) {
        text += std::to_string(one.pid) + ": " + one.command + "\n";
    }
    return text;
}

void adopt_orphans() {
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
        throw std::system_error(errno, std::generic_category(), "PR_SET_CHILD_SUBREAPER");
    }
}

std::vector<process> living_descendants() {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    const std::map<pid_t, stat_line> all = all_processes();
    std::vector<process> found;
    for (const auto& [pid, line] : all) {
        if (line.state == 'Z' || line.state == 'X') {
            continue;
        }
        pid_t ancestor = line.parent;
        // Bounded: a process tree that changes while it is read could look like a ring.
        for (int steps = 0; steps < 64 && ancestor > 1 && ancestor != ::getpid(); ++steps) {
            const auto parent = all.find(ancestor);
            ancestor = parent == all.end() ? 0 : parent->second.parent;
        }
        if (ancestor == ::getpid()) {
            found.push_back({pid, command_of(pid)});
        }
    }
    return found;
}

std::vector<process> descendants_left_at(clock::time_point deadline) {
    std::vector<process> left = living_descendants();
    while (!left.empty() && clock::now() < deadline) {
        wait_for_an_end(left, deadline);
        left = living_descendants();
    }
    for (const process& one : left) {
        ::kill(one.pid, SIGKILL);
    }
    return left;
}

}  // namespace stormdrain::acceptance
