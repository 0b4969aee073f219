#pragma once
// R16: a slow stop that is documented. How the deadline follows from a contract and what is held is
// in harness/plan/contract.hpp: the cycle waits for it.

#include "harness/base/time.hpp"

#include <optional>

namespace stormdrain::rules {

// `deadline`: T0, the promise of the worst held condition, and max(2 s, 20 %) of it.
bool is_over_in_time(const std::optional<since_start>& finished, since_start deadline);

}  // namespace stormdrain::rules
