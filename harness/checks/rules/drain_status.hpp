#pragma once
// R6: a server that drains may say so instead of serving, where its contract lists the status.

#include "harness/base/time.hpp"
#include "harness/load/ledger.hpp"
#include "harness/plan/contract.hpp"

#include <optional>

namespace stormdrain::rules {

// 500 says that something went wrong, which draining is not.
inline constexpr int never_legal_status = 500;

// 503, which a server may say that is beyond its means: legal while a fault keeps it there.
bool is_overload_status(int status);

// Of an answered request.
bool is_drain_answer(const request_row& row, const std::optional<since_start>& stop,
                     const contract& promised);

}  // namespace stormdrain::rules
