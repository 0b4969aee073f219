#pragma once
// What faults share that send part of a request, or of a handshake, and then nothing more.

#include "faults/strike.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace stormdrain {

struct standstill {
    std::string moment;                            // what was sent: "the first of 57 bytes"
    const rendered_request* unfinished = nullptr;  // whose answer may come early; null: none can
    std::optional<duration> length = {};           // empty: until it is released
};

// Proves that all of it is with the server's kernel and that the server holds the connection, then
// waits for what the server does: an early answer, its close, or nothing.
boost::asio::awaitable<void> stand_still(strike_attempt& here, standstill how);

// The key "for": how long; absent: until it is released.
std::optional<duration> read_length_of_standstill(object_reader& keys);

}  // namespace stormdrain
