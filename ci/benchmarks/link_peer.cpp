#include "ci/benchmarks/link_peer.hpp"

#include "ci/benchmarks/loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace stormdrain::benchmarks {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t message_bytes = 64;
constexpr std::size_t chunk_bytes = 256 * 1024;
constexpr int backlog = 4096;
// Far longer than any of these exchanges takes on a busy machine.
constexpr timeval patience{.tv_sec = 20, .tv_usec = 0};
constexpr auto listener_limit = std::chrono::seconds(10);

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

int checked(int result, const char* what) {
    if (result < 0) {
        fail(what);
    }
    return result;
}

template <class Call>
auto with_address(sockaddr_in& where, Call call) {
    return call(reinterpret_cast<sockaddr*>(&where), static_cast<socklen_t>(sizeof(where)));
}

class connection {
public:
    explicit connection(int number) : number_(number) {}
    connection(connection&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    connection& operator=(connection&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~connection() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    int number() const { return number_; }

private:
    int number_;
};

void set_no_delay(int socket) {
    const int on = 1;
    checked(::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), "TCP_NODELAY");
}

connection listen_on(std::uint16_t port) {
    connection listener(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    sockaddr_in where = loopback(port);
    const auto bind = [&](sockaddr* address, socklen_t size) {
        return ::bind(listener.number(), address, size);
    };
    checked(with_address(where, bind), "bind");
    checked(::listen(listener.number(), backlog), "listen");
    return listener;
}

std::uint16_t port_of(const connection& socket) {
    sockaddr_in where{};
    socklen_t size = sizeof(where);
    checked(::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&where), &size),
            "getsockname");
    return ntohs(where.sin_port);
}

int try_connect(const connection& socket, std::uint16_t port) {
    sockaddr_in where = loopback(port);
    return with_address(where, [&](sockaddr* address, socklen_t size) {
        return ::connect(socket.number(), address, size);
    });
}

connection connect_to(std::uint16_t port) {
    connection socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    set_no_delay(socket.number());
    checked(::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)),
            "SO_RCVTIMEO");
    checked(try_connect(socket, port), "connect");
    return socket;
}

void send_all(int socket, const char* bytes, std::size_t count) {
    while (count > 0) {
        const ssize_t sent = ::send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0) {
            fail("send");
        }
        bytes += sent;
        count -= static_cast<std::size_t>(sent);
    }
}

void receive_all(int socket, char* bytes, std::size_t count) {
    while (count > 0) {
        const ssize_t got = ::recv(socket, bytes, count, 0);
        if (got <= 0) {
            fail(got == 0 ? "the answer ended early" : "recv");
        }
        bytes += got;
        count -= static_cast<std::size_t>(got);
    }
}

// The origin: one thread, level-triggered; what it costs is the same for everybody.
class origin_loop {
public:
    explicit origin_loop(connection listener)
        : listener_(std::move(listener)),
          epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
          chunk_(chunk_bytes, 'x') {
        watch(listener_.number(), EPOLLIN, EPOLL_CTL_ADD);
    }

    [[noreturn]] void run() {
        constexpr int events_max = 128;
        std::array<epoll_event, events_max> events;
        for (;;) {
            const int count = ::epoll_wait(epoll_.number(), events.data(), events_max, -1);
            for (int index = 0; index < count; ++index) {
                const int socket = events[static_cast<std::size_t>(index)].data.fd;
                if (socket == listener_.number()) {
                    accept();
                } else {
                    serve(socket);
                }
            }
        }
    }

private:
    void watch(int socket, std::uint32_t what, int operation) {
        epoll_event event{};
        event.events = what;
        event.data.fd = socket;
        checked(::epoll_ctl(epoll_.number(), operation, socket, &event), "epoll_ctl");
    }

    void accept() {
        const int socket =
            ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket >= 0) {
            set_no_delay(socket);
            asked_[socket] = 0;
            watch(socket, EPOLLIN, EPOLL_CTL_ADD);
        }
    }

    void end(int socket) {
        asked_.erase(socket);
        ::close(socket);
    }

    void serve(int socket) {
        char& asked = asked_[socket];
        if (asked == 'b') {
            if (::send(socket, chunk_.data(), chunk_.size(), MSG_NOSIGNAL) < 0 && errno != EAGAIN) {
                end(socket);
            }
            return;
        }
        std::array<char, 4096> bytes;
        const ssize_t count = ::recv(socket, bytes.data(), bytes.size(), 0);
        if (count <= 0) {
            if (count == 0 || errno != EAGAIN) {
                end(socket);
            }
            return;
        }
        asked = asked == 0 ? bytes[0] : asked;
        if (asked == 'b') {
            watch(socket, EPOLLOUT, EPOLL_CTL_MOD);
            return;
        }
        // Small messages always fit into a socket's buffer.
        if (::send(socket, bytes.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) < 0 ||
            asked == 's') {
            end(socket);
        }
    }

    connection listener_;
    connection epoll_;
    std::vector<char> chunk_;
    std::map<int, char> asked_;
};

}  // namespace

void pin_to_cpu(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(cpu), &set);
    checked(::sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
}

bench_origin::bench_origin(int cpu) {
    connection listener = listen_on(0);
    port_ = port_of(listener);
    process_ = checked(::fork(), "fork");
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        pin_to_cpu(cpu);
        origin_loop(std::move(listener)).run();
    }
}

bench_origin::~bench_origin() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

void await_listener(std::uint16_t port) {
    const auto end = clock::now() + listener_limit;
    for (;;) {
        const connection socket(
            checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
        if (try_connect(socket, port) == 0) {
            return;
        }
        if (clock::now() > end) {
            fail("nothing listens");
        }
        ::poll(nullptr, 0, 10);
    }
}

std::vector<double> round_trips_us(std::uint16_t port, std::size_t count) {
    const connection socket = connect_to(port);
    std::array<char, message_bytes> message;
    message.fill('e');
    std::vector<double> all;
    all.reserve(count);
    for (std::size_t index = 0; index < count; ++index) {
        const auto began = clock::now();
        send_all(socket.number(), message.data(), message.size());
        receive_all(socket.number(), message.data(), message.size());
        all.push_back(std::chrono::duration<double, std::micro>(clock::now() - began).count());
    }
    return all;
}

double read_bulk_s(std::uint16_t port, std::uint64_t bytes_count) {
    const connection socket = connect_to(port);
    std::vector<char> chunk(chunk_bytes);
    const auto began = clock::now();
    send_all(socket.number(), "b", 1);
    for (std::uint64_t left = bytes_count; left > 0;) {
        const ssize_t got = ::recv(socket.number(), chunk.data(), chunk.size(), 0);
        if (got <= 0) {
            fail("recv");
        }
        left -= std::min(left, static_cast<std::uint64_t>(got));
    }
    return std::chrono::duration<double>(clock::now() - began).count();
}

void short_connections(std::uint16_t port, std::size_t count, std::size_t at_a_time) {
    std::array<char, message_bytes> message;
    message.fill('s');
    for (std::size_t done = 0; done < count; done += at_a_time) {
        std::vector<connection> open;
        for (std::size_t index = 0; index < at_a_time; ++index) {
            open.push_back(connect_to(port));
            send_all(open.back().number(), message.data(), message.size());
        }
        for (const connection& one : open) {
            receive_all(one.number(), message.data(), message.size());
            char end = 0;
            if (::recv(one.number(), &end, 1, 0) != 0) {
                fail("no FIN behind the answer");
            }
        }
    }
}

}  // namespace stormdrain::benchmarks
