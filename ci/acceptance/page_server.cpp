#include "ci/acceptance/page_server.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace stormdrain::acceptance {
namespace {

constexpr int request_time_ms = 10'000;  // a browser sends its request at once
constexpr std::size_t request_bytes_max = 64 * 1024;

int must(int result, const char* what) {
    if (result < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return result;
}

void send_all(int connection, const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const ssize_t count =
            ::send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) {
            return;  // the browser went away
        }
        sent += static_cast<std::size_t>(count);
    }
}

std::string read_request(int connection) {
    std::string request;
    std::array<char, 4096> buffer{};
    pollfd readable{connection, POLLIN, 0};
    while (request.find("\r\n\r\n") == std::string::npos && request.size() < request_bytes_max &&
           ::poll(&readable, 1, request_time_ms) > 0) {
        const ssize_t count = ::recv(connection, buffer.data(), buffer.size(), 0);
        if (count <= 0) {
            break;
        }
        request.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return request;
}

}  // namespace

page_server::page_server(std::string page, std::string headers)
    : page_(std::move(page)), headers_(std::move(headers)) {
    listener_ = must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    must(::bind(listener_, generic, sizeof address), "bind");
    must(::listen(listener_, SOMAXCONN), "listen");
    socklen_t length = sizeof address;
    must(::getsockname(listener_, generic, &length), "getsockname");
    port_ = ntohs(address.sin_port);
    stop_ = must(::eventfd(0, EFD_CLOEXEC), "eventfd");
    thread_ = std::thread([this] { serve(); });
}

page_server::~page_server() {
    ::eventfd_write(stop_, 1);
    thread_.join();
    ::close(stop_);
    ::close(listener_);
}

std::string page_server::url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/report.html";
}

void page_server::serve() {
    std::array<pollfd, 2> waits{{{listener_, POLLIN, 0}, {stop_, POLLIN, 0}}};
    while (::poll(waits.data(), waits.size(), -1) >= 0 || errno == EINTR) {
        if (waits[1].revents != 0) {
            return;
        }
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection >= 0) {
            answer(connection);
            ::close(connection);
        }
    }
}

// Of everything else, such as the icon of the page, there is nothing.
void page_server::answer(int connection) const {
    const bool is_page = read_request(connection).starts_with("GET /report.html ");
    const std::string body = is_page ? page_ : std::string();
    const std::string status = is_page ? "200 OK" : "404 Not Found";
    send_all(connection, "HTTP/1.1 " + status + "\r\n" + headers_ +
                             "Content-Type: text/html; charset=utf-8\r\nContent-Length: " +
                             std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
    ::shutdown(connection, SHUT_WR);
}

}  // namespace stormdrain::acceptance
