#pragma once
// R28: what becomes of a connection that was upgraded to another protocol (class 43).

#include "harness/base/time.hpp"
#include "harness/load/ledger.hpp"
#include "harness/plan/contract.hpp"

#include <optional>
#include <string>

namespace stormdrain::rules {

struct tunnel_at_stop {
    std::optional<since_start> server_closed;  // empty: the client ended it
    bool was_reset = false;                    // by the server
};

// What is wrong with how the server ended the tunnel; empty: nothing. `released`: when the harness
// let go of what it held.
std::string wrong_tunnel_end(const tunnel_at_stop& seen, const std::optional<since_start>& stop,
                             const std::optional<since_start>& released, const contract& promised);

// What is wrong with what the stop told a WebSocket, by a contract that names a code; empty:
// nothing.
std::string wrong_farewell(const websocket_row& seen, const contract& promised);

}  // namespace stormdrain::rules
