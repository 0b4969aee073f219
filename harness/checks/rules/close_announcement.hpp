#pragma once
// R27: a server that stops says in its last answer on a connection that it is the last.

#include "harness/base/time.hpp"
#include "harness/load/ledger.hpp"
#include "harness/plan/contract.hpp"

#include <chrono>
#include <optional>

namespace stormdrain::rules {

// A server may take this long to learn that it is to stop.
inline constexpr duration stop_notice = std::chrono::milliseconds(100);

// The request was sent before the stop and answered in full, but not begun to be answered before.
bool is_answered_across_stop(const request_row& row, const std::optional<since_start>& stop);

// It does not say `Connection: close`, although the contract promises that.
bool lacks_announcement(const request_row& row, const std::optional<since_start>& stop,
                        const contract& promised);

}  // namespace stormdrain::rules
