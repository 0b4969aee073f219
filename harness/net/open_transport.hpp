#pragma once
// Makes transports from connected sockets; for the connector, and for nobody else.

#include "harness/base/turnstile.hpp"
#include "harness/net/tls_client.hpp"
#include "harness/net/tls_session.hpp"
#include "harness/net/transport.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace stormdrain {

std::unique_ptr<transport> open_plain(stream_socket socket, connection_row& row,
                                      const cycle_clock& cycle_time);

// A transport after its handshake, or why there is none; the socket is closed then.
struct tls_outcome {
    std::unique_ptr<transport> connection;
    boost::system::error_code error;
    bool resumed = false;
};

boost::asio::awaitable<tls_outcome> open_tls(stream_socket socket, connection_row& row,
                                             const cycle_clock& cycle_time,
                                             const tls_client& client, tls_handshake_wish wish,
                                             turnstile& turns, time_point deadline);

}  // namespace stormdrain
