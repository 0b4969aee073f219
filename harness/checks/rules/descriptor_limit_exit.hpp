#pragma once
// R30: a server may prefer to end rather than to serve without descriptors.

#include "faults/injection.hpp"
#include "harness/base/time.hpp"
#include "harness/plan/contract.hpp"

#include <optional>

namespace stormdrain::rules {

// The contract says so, and a fault had taken the descriptors by then.
bool is_exit_at_limit(const fault_record& fault, const std::optional<since_start>& exited,
                      const running_contract& promised);

}  // namespace stormdrain::rules
