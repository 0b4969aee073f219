#include "ci/benchmarks/bare_cycle.hpp"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string_view>

extern char** environ;  // environ(7)

namespace stormdrain::benchmarks {
namespace {

using clock = std::chrono::steady_clock;

constexpr auto start_limit = std::chrono::seconds(10);
// The harness looks twice as often while a start is young.
constexpr int look_interval_ms = 1;

bool is_answered(const tcp_socket& client) {
    const timeval patience{10, 0};
    const std::string_view request = "GET / HTTP/1.1\r\nHost: bare\r\n\r\n";
    std::array<char, 4096> answer{};
    return ::setsockopt(client.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience,
                        sizeof(patience)) == 0 &&
           ::send(client.descriptor(), request.data(), request.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(request.size()) &&
           ::recv(client.descriptor(), answer.data(), answer.size(), 0) > 0;
}

pid_t spawned(const bare_server& server) {
    std::vector<char*> argv;
    for (const std::string& word : server.argv) {
        argv.push_back(const_cast<char*>(word.c_str()));  // execve(2) does not write to it
    }
    argv.push_back(nullptr);
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, argv.front(), nullptr, nullptr, argv.data(), environ);
    if (error != 0) {
        throw std::runtime_error("cannot run " + server.argv.front());
    }
    return pid;
}

double own_cpu_ms() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);  // cannot fail: both arguments are right (getrusage(2))
    constexpr double ms_a_second = 1e3;
    constexpr double us_a_ms = 1e3;
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * ms_a_second +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / us_a_ms;
}

bool is_served(std::uint16_t port) {
    const auto deadline = clock::now() + start_limit;
    while (clock::now() < deadline) {
        const tcp_socket client;
        if (client.connects(port)) {
            return is_answered(client);
        }
        ::poll(nullptr, 0, look_interval_ms);  // nothing tells when another process listens
    }
    return false;
}

}  // namespace

bare_cycle run_bare_cycle(const bare_server& server) {
    const auto began = clock::now();
    const double cpu_before = own_cpu_ms();
    const pid_t pid = spawned(server);
    const bool served = is_served(server.port);
    ::kill(pid, served ? SIGTERM : SIGKILL);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!served || !WIFEXITED(status)) {
        throw std::runtime_error(server.argv.front() + ": did not serve, or did not end");
    }
    bare_cycle done;
    done.total_ms = std::chrono::duration<double, std::milli>(clock::now() - began).count();
    done.cpu_ms = own_cpu_ms() - cpu_before;
    return done;
}

}  // namespace stormdrain::benchmarks
