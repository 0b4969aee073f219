#pragma once
// R23, of HTTP/2: what a GOAWAY says of the streams that a client has open.

#include "harness/load/ledger.hpp"
#include "harness/plan/contract.hpp"

#include <optional>

namespace stormdrain::rules {

// What the contract says, or what goes without saying.
goaway_promise promised_goaway(const contract& promised);

// It came to nothing on a stream that the GOAWAY does not exclude: the server answers those. One
// that names no stream yet says so of what was sent before the stop; what comes later may race
// with it (R1, R2).
bool is_counted_stream(const request_row& row, const std::optional<since_start>& stop);

// The first GOAWAY excluded a stream that the client could not know to be too late.
bool refuses_without_notice(const http2_connection_row& row);

}  // namespace stormdrain::rules
