#pragma once
// Takes a raw connection to a TLS port some way into the handshake, and no further; or all the way,
// for faults that cut the records behind it.

#include "faults/strike.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace stormdrain {

class offline_handshake;

// The last thing that happens on the connection.
enum class handshake_step {
    nothing,             // not a byte was sent
    record_header,       // of a record that never comes
    amid_client_hello,   // some bytes of it
    client_hello,        // a whole one
    server_flight,       // and all that the server has to say before it waits for the client
    amid_second_flight,  // and some bytes of what the client says to it
};

// It ends amid a message of the client's, and can be told where.
bool is_amid(handshake_step last);

struct way_into_handshake {
    handshake_step until = handshake_step::nothing;
    // Where it ends amid a message: behind so many bytes of it; 0: by the seed.
    std::uint64_t cut_bytes = 0;
    bool operator==(const way_into_handshake&) const = default;
};

// Connects without TLS. Says what was sent and received; empty: it did not get there, and the
// reason is noted.
boost::asio::awaitable<std::string> go_into_handshake(strike_attempt& here, way_into_handshake way);

// The same with a session of the caller's, who goes on with it: up to the server's flight, and our
// answer to it is its output().
boost::asio::awaitable<bool> go_to_server_flight(strike_attempt& here, offline_handshake& shaking);

// The whole of it, so that `shaking` can seal what comes next. False: the reason is noted.
boost::asio::awaitable<bool> go_through_handshake(strike_attempt& here, offline_handshake& shaking);

// The first bytes of the whole: so many, or as many as the seed says where `cut_bytes` is 0. Empty:
// it has not more than that, which is noted. `called` is what it is: "a ClientHello".
std::string cut_off(strike_attempt& here, const std::string& whole, std::uint64_t cut_bytes,
                    std::string_view called);

// More than any of a client's messages has, a request with a large body included.
inline constexpr std::uint64_t cut_bytes_max = 64 * 1024;

}  // namespace stormdrain
