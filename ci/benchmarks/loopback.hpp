#pragma once
// Ports of this machine's own address, by plain blocking calls: nothing of the harness.

#include <netinet/in.h>

#include <cstdint>

namespace stormdrain::benchmarks {

// 127.0.0.1.
sockaddr_in loopback(std::uint16_t port);

class tcp_socket {
public:
    // Throws std::runtime_error when the machine has none left.
    tcp_socket();
    tcp_socket(const tcp_socket&) = delete;
    tcp_socket& operator=(const tcp_socket&) = delete;
    ~tcp_socket();

    int descriptor() const { return descriptor_; }
    // To a port of this machine's.
    bool connects(std::uint16_t port) const;

private:
    int descriptor_;
};

// One that nobody has now.
std::uint16_t free_port();

}  // namespace stormdrain::benchmarks
