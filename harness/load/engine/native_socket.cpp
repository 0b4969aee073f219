#include "harness/load/engine/native_socket.hpp"

#include <boost/asio/error.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace stormdrain {
namespace {

using boost::system::error_code;

error_code last_error() {
    return {errno, boost::system::system_category()};
}

transfer transferred(ssize_t bytes) {
    return bytes < 0 ? transfer{0, last_error()} : transfer{static_cast<std::size_t>(bytes), {}};
}

}  // namespace

error_code native_socket::begin_connect(const socket_address& remote, const socket_wishes& wanted) {
    close();
    descriptor_ =
        ::socket(remote.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor_ == none) {
        return last_error();
    }
    // A request behind another would wait for the acknowledgement of that one (RFC 896).
    const int on = 1;
    if (!is_unix(remote) &&
        ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0) {
        return last_error();
    }
    if (wanted.receive_buffer_bytes != 0 &&
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &wanted.receive_buffer_bytes,
                     sizeof(wanted.receive_buffer_bytes)) != 0) {
        return last_error();
    }
    // The port is chosen at connect, so that it can be shared between destinations (ip(7)).
    if (wanted.source != nullptr &&
        (::setsockopt(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on)) != 0 ||
         ::bind(descriptor_, wanted.source->data(),
                static_cast<socklen_t>(wanted.source->size())) != 0)) {
        return last_error();
    }
    return connect_again(remote);
}

error_code native_socket::connect_again(const socket_address& remote) {
    const int begun = ::connect(descriptor_, remote.data(), static_cast<socklen_t>(remote.size()));
    if (begun != 0 && errno == ENOENT) {
        // A server that took its path away is as one that closed its port.
        return boost::asio::error::connection_refused;
    }
    return begun == 0 || errno == EINPROGRESS ? error_code() : last_error();
}

error_code native_socket::connect_result() const {
    int value = 0;
    socklen_t size = sizeof(value);
    if (::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &value, &size) != 0) {
        return last_error();
    }
    return {value, boost::system::system_category()};
}

transfer native_socket::send(std::string_view bytes) {
    return transferred(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

transfer native_socket::receive(std::span<char> into) {
    const ssize_t bytes = ::recv(descriptor_, into.data(), into.size(), 0);
    return bytes == 0 ? transfer{0, boost::asio::error::eof} : transferred(bytes);
}

void native_socket::close() {
    if (descriptor_ != none) {
        ::close(descriptor_);  // Linux releases it whatever close(2) says
        descriptor_ = none;
    }
}

}  // namespace stormdrain
