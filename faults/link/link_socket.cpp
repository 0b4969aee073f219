#include "faults/link/link_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace stormdrain {

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

// Of net.core.somaxconn, which is 4096 since Linux 5.4.
constexpr int backlog_max = 4096;

}  // namespace

error_code last_socket_error() {
    return {errno, boost::system::system_category()};
}

owned_descriptor open_socket(int family, error_code& error) {
    owned_descriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    error = socket.is_open() ? error_code() : last_socket_error();
    if (!error) {
        // Inherited by what is accepted (Linux copies it from the listener).
        const int on = 1;
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    return socket;
}

owned_descriptor open_listener(const tcp::endpoint& where, error_code& error) {
    owned_descriptor socket = open_socket(where.protocol().family(), error);
    if (error) {
        return socket;
    }
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (::bind(socket.get(), where.data(), static_cast<socklen_t>(where.size())) != 0 ||
        ::listen(socket.get(), backlog_max) != 0) {
        error = last_socket_error();
    }
    return socket;
}

place place_of(int socket, place asked) {
    tcp::endpoint where;
    auto size = static_cast<socklen_t>(where.capacity());
    if (::getsockname(socket, where.data(), &size) == 0) {
        where.resize(size);
        asked = {where.address().to_string(), where.port()};
    }
    return asked;
}

endpoint endpoint_of(const tcp::endpoint& from) {
    return {from.address().to_string(), from.port()};
}

// The port is chosen at connect, so that one can lead to several destinations (ip(7)).
error_code bind_source(int socket, const tcp::endpoint& client) {
    const int on = 1;
    const tcp::endpoint source(client.address(), 0);
    const bool is_bound =
        ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on)) == 0 &&
        ::bind(socket, source.data(), static_cast<socklen_t>(source.size())) == 0;
    return is_bound ? error_code() : last_socket_error();
}

}  // namespace stormdrain
