#pragma once
// Where a stream socket connects to, as the kernel takes it: IPv4, IPv6 or a UNIX path.

#include "harness/net/endpoint.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/system/result.hpp>

namespace stormdrain {

using socket_address = boost::asio::generic::stream_protocol::endpoint;
using stream_socket = boost::asio::generic::stream_protocol::socket;

// Fails with invalid_argument when it is no literal address, filename_too_long when a path does not
// fit into sockaddr_un (unix(7): 107 bytes).
boost::system::result<socket_address> address_of(const endpoint& place);
// Of an unnamed UNIX socket: empty.
endpoint place_of(const socket_address& address);

bool is_unix(const socket_address& address);
bool is_ipv6(const socket_address& address);

}  // namespace stormdrain
