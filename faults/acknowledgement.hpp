#pragma once
// Whether what a fault sent is with the server's kernel: asked of our own socket, which knows what
// was acknowledged, and of the server's, which knows what its process has not read yet.

#include "faults/strike.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace stormdrain {

// Waits until everything that was sent on the connection is acknowledged. Empty: it is; otherwise
// why not, and nothing is noted.
boost::asio::awaitable<std::string> why_unacknowledged(strike_attempt& here);

// "ESTABLISHED, accepted, 1 byte in it is unread"
std::string describe_reading(const std::optional<tcp_socket_facts>& server_socket);

}  // namespace stormdrain
