#pragma once
// R4: connections that wait in the accept queue when the listener closes are reset by the kernel;
// no server can send them a FIN.

#include "harness/base/time.hpp"
#include "harness/load/ledger.hpp"
#include "harness/plan/contract.hpp"

#include <chrono>
#include <optional>

namespace stormdrain::rules {

// R2, R4: how long before the stop a request on a fresh connection may have been sent and still
// wait to be accepted when the listener goes.
inline constexpr duration fresh_race = std::chrono::milliseconds(100);

// Requests that were sent wholly before this instant have to be answered. `kept_still`: how long,
// shortly before the stop, the harness kept the server from running.
since_start owed_before(since_start stop, const contract& promised,
                        duration kept_still = duration::zero());

bool is_accept_queue_reset(const request_row& row, const std::optional<since_start>& stop,
                           const contract& promised, duration kept_still = duration::zero());

}  // namespace stormdrain::rules
