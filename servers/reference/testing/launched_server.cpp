#include "servers/reference/testing/launched_server.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace reference::testing {

using clock = std::chrono::steady_clock;

namespace {

[[noreturn]] void become_server(const launch_options& options, int log_end) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves no server behind
    ::dup2(log_end, STDERR_FILENO);
    if (options.standard_input >= 0) {
        ::dup2(options.standard_input, STDIN_FILENO);
    }
    if (options.inherited_listener >= 0) {
        const int copy = ::fcntl(options.inherited_listener, F_DUPFD, 10);
        ::dup2(copy, 3);
        ::close(copy);
        ::setenv("LISTEN_FDS", "1", 1);
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    }
    std::vector<std::string> words = {SERVER_REFERENCE};
    words.insert(words.end(), options.arguments.begin(), options.arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    ::execv(SERVER_REFERENCE, argv.data());
    ::_exit(127);
}

int poll_for_input(int descriptor, clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    pollfd wanted = {.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
}

// proc_pid_status(5), "SigBlk".
std::uint64_t blocked_signals_of(pid_t process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    std::uint64_t blocked = 0;
    for (std::string word; status >> word;) {
        if (word == "SigBlk:") {
            status >> std::hex >> blocked;
        }
    }
    return blocked;
}

}  // namespace

launched_server::launched_server(launch_options options) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe2");
    }
    pid_ = ::fork();
    if (pid_ == 0) {
        become_server(options, ends[1]);
    }
    ::close(ends[1]);
    log_end_ = ends[0];
    process_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    const auto is_listener = [](const std::string& word) {
        return word == "--http" || word == "--https";
    };
    const auto listeners =
        std::count_if(options.arguments.begin(), options.arguments.end(), is_listener) +
        (options.inherited_listener >= 0 ? 1 : 0);
    EXPECT_TRUE(wait_for_log("event=listening", static_cast<int>(listeners))) << log_;
}

launched_server::~launched_server() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ::close(process_);
    ::close(log_end_);
}

void launched_server::signal(int number) const {
    ASSERT_EQ(::kill(pid_, number), 0);
}

int launched_server::wait_for_exit(std::chrono::milliseconds at_most) {
    if (poll_for_input(process_, clock::now() + at_most) != 1) {
        return -1;
    }
    int status = -1;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    while (read_log(std::chrono::milliseconds(0))) {
    }
    return status;
}

bool launched_server::read_log(std::chrono::milliseconds at_most) {
    if (poll_for_input(log_end_, clock::now() + at_most) != 1) {
        return false;
    }
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(log_end_, buffer.data(), buffer.size());
    if (count <= 0) {
        return false;
    }
    log_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
}

bool launched_server::wait_for_log(const std::string& text, int times) {
    const auto deadline = clock::now() + patience;
    for (;;) {
        int found = 0;
        for (auto at = log_.find(text); at != std::string::npos; at = log_.find(text, at + 1)) {
            ++found;
        }
        // A line that has begun may still lack its end.
        if (found >= times && log_.ends_with('\n')) {
            return true;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
        if (left.count() <= 0 || !read_log(left)) {
            return false;
        }
    }
}

std::uint16_t launched_server::port_of(const std::string& protocol) const {
    const auto line = log_.find("protocol=" + protocol + ' ');
    const auto at = log_.find("port=", line);
    if (line == std::string::npos || at == std::string::npos) {
        ADD_FAILURE() << "no " << protocol << " port in: " << log_;
        return 0;
    }
    return static_cast<std::uint16_t>(std::atoi(log_.c_str() + at + 5));
}

std::vector<std::string> launched_server::descriptors() const {
    std::vector<std::string> found;
    const std::string folder = "/proc/" + std::to_string(pid_) + "/fd";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::error_code gone;  // closed between the two system calls
        const auto target = std::filesystem::read_symlink(entry.path(), gone);
        if (!gone) {
            found.push_back(target.string());
        }
    }
    return found;
}

bool launched_server::watch_exit() const {
    return ::ptrace(PTRACE_SEIZE, pid_, 0, PTRACE_O_TRACEEXIT) == 0;
}

last_look launched_server::look_at_exit() const {
    const auto deadline = clock::now() + patience;
    while (clock::now() < deadline) {
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG | __WALL) != pid_) {
            ::poll(nullptr, 0, 1);  // there is no event for the stops of a traced process
            continue;
        }
        const int event = status >> 16;
        if (event == PTRACE_EVENT_EXIT) {
            last_look seen = {.descriptors = descriptors(),
                              .blocked_signals = blocked_signals_of(pid_)};
            ::ptrace(PTRACE_CONT, pid_, 0, 0);
            return seen;
        }
        // A signal on its way to the server, or one that has stopped it.
        ::ptrace(PTRACE_CONT, pid_, 0, event == 0 ? WSTOPSIG(status) : 0);
    }
    ADD_FAILURE() << "it did not exit: " << log_;
    return {};
}

std::size_t launched_server::wait_for_descriptors(std::size_t count) const {
    const auto deadline = clock::now() + patience;
    std::size_t held = descriptors().size();
    while (held != count && clock::now() < deadline) {
        ::poll(nullptr, 0, 1);  // there is no event for another process's descriptors
        held = descriptors().size();
    }
    return held;
}

}  // namespace reference::testing
