#pragma once
// The sockets of a link, made by hand: Asio's own are inherited by children
// (chriskohlhoff/asio#523).

#include "faults/link/place.hpp"
#include "harness/net/endpoint.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

namespace stormdrain {

boost::system::error_code last_socket_error();

// Non-blocking, closed on exec, without Nagle's delay.
owned_descriptor open_socket(int family, boost::system::error_code& error);
owned_descriptor open_listener(const boost::asio::ip::tcp::endpoint& where,
                               boost::system::error_code& error);

// Where it is bound in truth: an address for "localhost", a port for 0.
place place_of(int socket, place asked);
endpoint endpoint_of(const boost::asio::ip::tcp::endpoint& from);

// Binds it to the client's address, at a port that connect(2) chooses.
boost::system::error_code bind_source(int socket, const boost::asio::ip::tcp::endpoint& client);

}  // namespace stormdrain
