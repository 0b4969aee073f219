#include "ci/benchmarks/bare_cycle.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

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
// The harness looks as often whether the server listens.
constexpr int look_interval_ms = 1;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

class tcp_client {
public:
    tcp_client() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    tcp_client(const tcp_client&) = delete;
    tcp_client& operator=(const tcp_client&) = delete;
    ~tcp_client() { ::close(descriptor_); }

    bool connects(std::uint16_t port) const {
        const sockaddr_in address = loopback(port);
        return ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address),
                         sizeof(address)) == 0;
    }
    bool is_answered() const {
        const timeval patience{10, 0};
        const std::string_view request = "GET / HTTP/1.1\r\nHost: bare\r\n\r\n";
        std::array<char, 4096> answer{};
        return ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) ==
                   0 &&
               ::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL) ==
                   static_cast<ssize_t>(request.size()) &&
               ::recv(descriptor_, answer.data(), answer.size(), 0) > 0;
    }

private:
    int descriptor_;
};

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
        const tcp_client client;
        if (client.connects(port)) {
            return client.is_answered();
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

std::uint16_t free_port() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    const bool bound = ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                       ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(descriptor);
    if (!bound) {
        throw std::runtime_error("no free port");
    }
    return ntohs(address.sin_port);
}

}  // namespace stormdrain::benchmarks
