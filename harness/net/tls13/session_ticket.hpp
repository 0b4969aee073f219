#pragma once
// What a server gave to resume a session with (RFC 8446 section 4.6.1).

#include "harness/net/tls13/algorithms.hpp"
#include "harness/net/tls13/wire.hpp"

#include <cstdint>
#include <memory>

namespace stormdrain::tls13 {

struct session_ticket {
    const cipher_suite* suite = nullptr;  // whose hash the key is for
    short_bytes key;
    byte_string ticket;
    std::uint32_t lifetime_s = 0;
    std::uint32_t age_offset_ms = 0;  // added to the age, so that onlookers cannot tell it
};

// Many handshakes may offer it while another session brings the next one.
using shared_ticket = std::shared_ptr<const session_ticket>;

}  // namespace stormdrain::tls13
