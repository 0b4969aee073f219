#include "servers/embedded/hello_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <vector>

namespace embedded {
namespace {

constexpr std::string_view hello =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::size_t head_bytes_max = 16 * 1024;

int checked(int result, const char* what) {
    if (result < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return result;
}

}  // namespace

hello_server::~hello_server() {
    if (thread_.joinable()) {
        stop();
    }
}

void hello_server::start(std::uint16_t port) {
    listener_ = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket");
    const int on = 1;
    checked(::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "setsockopt");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    checked(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
    checked(::listen(listener_, SOMAXCONN), "listen");
    wake_ = checked(::eventfd(0, EFD_CLOEXEC), "eventfd");
    thread_ = std::thread(&hello_server::serve, this);
}

void hello_server::stop() {
    if (manner_ == stop_manner::closes_everything) {
        const std::uint64_t one = 1;
        checked(static_cast<int>(::write(wake_, &one, sizeof one)), "write");
    }
    thread_.join();
    ::close(wake_);
}

void hello_server::serve() {
    bool stopping = false;
    while (!stopping) {
        std::vector<pollfd> waited{{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
        for (const auto& [connection, request] : requests_) {
            waited.push_back({connection, POLLIN, 0});
        }
        if (::poll(waited.data(), waited.size(), -1) < 0) {
            continue;  // a signal came
        }
        stopping = waited[0].revents != 0;
        for (std::size_t i = 2; i < waited.size(); ++i) {
            const int connection = waited[i].fd;
            if (waited[i].revents != 0 && !answer(connection, requests_[connection])) {
                requests_.erase(connection);
                ::close(connection);
            }
        }
        if (waited[1].revents != 0) {
            accept_one();
        }
    }
    ::close(listener_);
    for (const auto& [connection, request] : requests_) {
        ::close(connection);
    }
    requests_.clear();
}

void hello_server::accept_one() {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (connection >= 0) {  // else it is gone again
        requests_.emplace(connection, "");
    }
}

bool hello_server::answer(int connection, std::string& request) const {
    std::array<char, 4096> piece{};
    const ssize_t size = ::recv(connection, piece.data(), piece.size(), 0);
    if (size < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    request.append(piece.data(), static_cast<std::size_t>(size));
    for (std::size_t end; (end = request.find("\r\n\r\n")) != std::string::npos;) {
        const bool is_last = request.substr(0, end).find("Connection: close") != std::string::npos;
        request.erase(0, end + 4);
        const ssize_t sent = ::send(connection, hello.data(), hello.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(hello.size()) || is_last) {
            return false;
        }
    }
    return size > 0 && request.size() <= head_bytes_max;
}

}  // namespace embedded
