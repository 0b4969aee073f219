#pragma once
// What a connection is doing when the server is told to stop: the server's contract gives a
// deadline for each, and the worst one present decides (verdict rule R16).

#include <string_view>

namespace stormdrain {

enum class held_condition {
    none,             // nothing is left at the stop
    idle_keep_alive,  // a response was received, the connection stays open
    silent,           // connected, not one byte sent
    partial_header,   // a request header was begun and not finished
    partial_body,     // a request body was begun and not finished
    in_flight,        // a request is being handled
    stalled_reader,   // a response is blocked by a zero window
    slow_reader,      // a response is being read slowly
    half_closed,      // we sent FIN and wait
    fin_ignored,      // the server closed, we do not
    vanished,         // established, and nothing passes in either direction any more
    one_byte,         // a single byte was sent: past TCP_DEFER_ACCEPT (tcp(7)), and no request
    tls_hello,        // a ClientHello was begun and not finished
    tls_handshake,    // a ClientHello was sent, the rest of the handshake was not
    becomes_idle,     // in flight at the stop, answered behind it, and then left open
    upgraded,         // a tunnel: the request asked for another protocol and got it
};

inline constexpr int held_conditions_count = 16;

// The word used in target files: "idle_keep_alive".
std::string_view to_text(held_condition condition);

// One sentence: what the client behind it does.
std::string_view summary_of(held_condition condition);

// The less particular condition whose promise holds where a contract has none for this one; none:
// there is no such.
held_condition less_particular(held_condition condition);

}  // namespace stormdrain
