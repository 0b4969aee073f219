#pragma once
// What sock_diag(7) sends, as plain values: netlink messages of a datagram, and the socket that one
// of them describes. No I/O, and none of the kernel's headers, which clash with Asio's.

#include "harness/process/census/census.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace stormdrain {

struct netlink_message {
    std::uint16_t type = 0;
    std::uint16_t flags = 0;
    std::uint32_t sequence = 0;
    std::span<const std::byte> payload;  // of the datagram that was taken apart
};

// Throws environment_error when a message is longer than the datagram.
std::vector<netlink_message> messages_of(std::span<const std::byte> datagram);

struct diag_row {
    tcp_socket_facts facts;
    std::uint64_t drops_count = 0;  // of a listener: connections that found its queue full
};

// Nothing when the payload is too short to describe a socket.
std::optional<diag_row> read_diag_row(std::span<const std::byte> payload);

}  // namespace stormdrain
