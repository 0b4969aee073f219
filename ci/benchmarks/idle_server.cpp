// idle_server PORT DESCRIPTORS SLEEPERS exits|stays
//
// A server that does next to nothing, for ci/benchmark. It answers HTTP requests one after the
// other, holds DESCRIPTORS more than it needs (half of them files, half ends of TCP connections)
// and SLEEPERS threads that wait for ever at different depths. At SIGTERM it exits with all of that
// open, or stays.

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace {

// Its own few: three standard ones, the listeners, the signals, a client or two.
constexpr rlim_t own_descriptors_max = 32;
constexpr int depth_step = 3;
constexpr int depth_max = 24;
constexpr std::string_view answer =
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";

enum class at_stop { exits, stays };

int must(int result, const char* what) {
    if (result < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return result;
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

sockaddr* generic(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);  // as socket(7) wants it
}

int listen_on(std::uint16_t port) {
    const int listener = must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    const int on = 1;
    must(::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), "setsockopt");
    sockaddr_in address = loopback(port);
    must(::bind(listener, generic(address), sizeof(address)), "bind");
    must(::listen(listener, SOMAXCONN), "listen");
    return listener;
}

void allow_descriptors(unsigned count) {
    rlimit limit{};
    must(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
    limit.rlim_cur = count + own_descriptors_max;
    must(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit(RLIMIT_NOFILE)");
}

void connect_pairs(unsigned count) {
    const int listener = listen_on(0);
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    must(::getsockname(listener, generic(address), &size), "getsockname");
    for (unsigned made = 0; made < count; ++made) {
        const int client = must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
        // Reset at the exit: thousands in TIME_WAIT would be in the way of the next measurement.
        const linger at_once{1, 0};
        must(::setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), "setsockopt");
        must(::connect(client, generic(address), sizeof(address)), "connect");
        const int accepted = must(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC), "accept4");
        must(::setsockopt(accepted, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)),
             "setsockopt");
    }
    ::close(listener);
}

void hold_descriptors(unsigned count) {
    const unsigned pairs = count / 4;
    connect_pairs(pairs);
    for (unsigned made = 2 * pairs; made < count; ++made) {
        must(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "open");
    }
}

// For ever. The frame that is read again after the call makes it one frame a level.
[[gnu::noinline]] int sleep_at_depth(int depth, const std::atomic<int>& never) {
    volatile int frame = depth;
    if (depth > 0) {
        return sleep_at_depth(depth - 1, never) + frame;
    }
    never.wait(0);  // futex(2)
    return frame;
}

// One that sends nothing keeps the others waiting for a second, not for ever.
void answer_one(int listener) {
    const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) {
        return;  // it left the queue
    }
    const timeval second{1, 0};
    must(::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second)), "setsockopt");
    std::array<char, 4096> request;
    if (::recv(client, request.data(), request.size(), 0) > 0) {
        // To a client that is gone meanwhile nothing can be said.
        [[maybe_unused]] const ssize_t sent =
            ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
    ::close(client);
}

int block_sigterm() {
    sigset_t wanted;
    ::sigemptyset(&wanted);
    ::sigaddset(&wanted, SIGTERM);
    must(::sigprocmask(SIG_BLOCK, &wanted, nullptr), "sigprocmask");
    return must(::signalfd(-1, &wanted, SFD_CLOEXEC), "signalfd");
}

[[noreturn]] void serve(int listener, int signals, at_stop how) {
    for (;;) {
        std::array<pollfd, 2> watched{{{listener, POLLIN, 0}, {signals, POLLIN, 0}}};
        if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) {
            ::_exit(EXIT_FAILURE);
        }
        if (watched[1].revents != 0) {
            if (how == at_stop::exits) {
                ::_exit(EXIT_SUCCESS);
            }
            signals = -1;  // poll(2) looks past it
        }
        if (watched[0].revents != 0) {
            answer_one(listener);
        }
    }
}

[[noreturn]] void run(std::span<char*> arguments) {
    const auto number = [&](std::size_t index) {
        return static_cast<unsigned>(std::stoul(arguments[index]));
    };
    const auto how = std::string_view(arguments[4]) == "stays" ? at_stop::stays : at_stop::exits;
    const int signals = block_sigterm();
    allow_descriptors(number(2));
    hold_descriptors(number(2));
    static const std::atomic<int> never{0};
    for (unsigned index = 0; index < number(3); ++index) {
        const int depth = static_cast<int>(index) * depth_step % depth_max;
        std::thread([depth] { sleep_at_depth(depth, never); }).detach();  // ends with the process
    }
    // Last, because it is ready when it listens.
    serve(listen_on(static_cast<std::uint16_t>(number(1))), signals, how);
}

}  // namespace

int main(int argc, char** argv) {
    const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
    if (arguments.size() != 5) {
        std::cerr << "usage: idle_server PORT DESCRIPTORS SLEEPERS exits|stays\n";
        return 2;
    }
    try {
        run(arguments);
    } catch (const std::exception& error) {
        std::cerr << "idle_server: " << error.what() << "\n";
        return 1;
    }
}
