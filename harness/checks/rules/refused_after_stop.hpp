#pragma once
// R3: who stops, refuses.

#include "harness/base/time.hpp"
#include "harness/load/ledger.hpp"

#include <optional>

namespace stormdrain::rules {

// The connect came to nothing, and that is the stop's doing.
bool is_refused_by_stop(const request_row& row, const std::optional<since_start>& stop);

}  // namespace stormdrain::rules
