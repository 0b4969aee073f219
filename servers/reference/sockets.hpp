#pragma once
// Stream sockets of whatever family they are listened on: IPv4, IPv6 or a UNIX path.

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <string>

namespace reference {

using stream_socket = boost::asio::generic::stream_protocol::socket;
using stream_acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;
using stream_endpoint = boost::asio::generic::stream_protocol::endpoint;

bool is_unix(const stream_endpoint& place);
// Of a UNIX socket; empty: of none.
std::string path_of(const stream_endpoint& place);
// For people: "127.0.0.1:80", "server.sock".
std::string text_of(const stream_endpoint& place);
// "address=127.0.0.1 port=80", "path=server.sock", as the log has it.
std::string log_fields_of(const stream_endpoint& place);

// Whether the file at the path is a socket that nobody listens on: what is left of a server that
// could not clean up. Of a plain file connect(2) says ECONNREFUSED as well, and that may be
// anybody's.
bool is_stale_socket(const std::string& path);

}  // namespace reference
