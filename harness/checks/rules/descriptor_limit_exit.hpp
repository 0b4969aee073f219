#pragma once
// R30: a server may prefer to end rather than to serve without descriptors.

#include "faults/injection.hpp"
#include "harness/base/time.hpp"
#include "harness/plan/contract.hpp"

#include <optional>

namespace stormdrain::rules {

// When the process ended, and when it was told to stop.
struct end_of_process {
    std::optional<since_start> exited;
    std::optional<since_start> stop;
};

// It ended by itself when a fault had taken its descriptors, and the contract says that it does.
bool is_exit_at_limit(const fault_record& fault, const end_of_process& seen,
                      const running_contract& promised);

}  // namespace stormdrain::rules
