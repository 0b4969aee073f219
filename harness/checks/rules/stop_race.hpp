#pragma once
// R2: a request on a fresh connection that meets the stop. Sent after it, nothing is owed; sent
// well before it, an answer is; in between it may go either way.

#include "harness/base/time.hpp"
#include "harness/load/ledger.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace stormdrain::rules {

// Why a request is excused whose fresh connection ended without a byte of an answer; empty: it was
// owed one. `owed`: owed_before() of the stop.
std::string stop_race_of(const request_row& row, since_start stop, since_start owed);

// How long after the server's end a client may take to learn of it.
inline constexpr duration end_notice = std::chrono::seconds(1);

// Sent after the stop, and left without any answer or end: legal as long as the server was there,
// for its kernel ends the connection with it. `finished`: TE; empty: it did not end.
bool is_forgotten_at_stop(const request_row& row, const std::optional<since_start>& stop,
                          const std::optional<since_start>& finished);

}  // namespace stormdrain::rules
