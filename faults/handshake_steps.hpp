#pragma once
// Takes a raw connection to a TLS port some way into the handshake, and no further.

#include "faults/strike.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace stormdrain {

// The last thing that happens on the connection.
enum class handshake_step {
    nothing,        // not a byte was sent
    record_header,  // of a record that never comes
    client_hello,   // a whole one
    server_flight,  // and all that the server has to say before it waits for the client
};

// Connects without TLS. Says what was sent and received; empty: it did not get there, and the
// reason is noted.
boost::asio::awaitable<std::string> go_into_handshake(strike_attempt& here, handshake_step until);

}  // namespace stormdrain
