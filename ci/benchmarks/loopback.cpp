#include "ci/benchmarks/loopback.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace stormdrain::benchmarks {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

tcp_socket::tcp_socket() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (descriptor_ < 0) {
        throw std::runtime_error("no socket");
    }
}

tcp_socket::~tcp_socket() {
    ::close(descriptor_);
}

bool tcp_socket::connects(std::uint16_t port) const {
    const sockaddr_in address = loopback(port);
    return ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) ==
           0;
}

std::uint16_t free_port() {
    const tcp_socket socket;
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    if (::bind(socket.descriptor(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::getsockname(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no free port");
    }
    return ntohs(address.sin_port);
}

}  // namespace stormdrain::benchmarks
