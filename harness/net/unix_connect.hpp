#pragma once
// connect(2) to a UNIX socket; for the connector, and for nobody else.

#include "harness/net/connection_log.hpp"
#include "harness/net/socket_address.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

namespace stormdrain {

// The socket is open and does not block. Its inode is logged before the server can show the
// connection to a census. timed_out: the server's queue was full until the deadline.
boost::asio::awaitable<boost::system::error_code> connect_unix(stream_socket& socket,
                                                               socket_address remote,
                                                               connection_row& row,
                                                               connection_log& log,
                                                               time_point deadline);

}  // namespace stormdrain
