#pragma once
// R23, of HTTP/2: what a GOAWAY says of the streams that a client has open.

#include "harness/load/ledger.hpp"
#include "harness/plan/contract.hpp"

namespace stormdrain::rules {

// What the contract says, or what goes without saying.
goaway_promise promised_goaway(const contract& promised);

// It came to nothing on a stream that the GOAWAY does not exclude: the server answers those.
bool is_counted_stream(const request_row& row);

// The first GOAWAY excluded a stream that the client could not know to be too late.
bool refuses_without_notice(const http2_connection_row& row);

}  // namespace stormdrain::rules
