#pragma once
// R21: what a server may use that has nothing to do.

#include "harness/plan/contract.hpp"

#include <optional>
#include <string_view>

namespace stormdrain::rules {

// Of one core. Timers and housekeeping take a few percent, a loop that spins takes it whole.
inline constexpr double idle_cpu_share_max = 0.2;

bool is_spinning(double cpu_share);

// The contract says that it spins while a fault of that kind takes its descriptors.
bool is_known_to_spin(std::string_view fault_kind,
                      const std::optional<descriptor_limit_promise>& promised);

}  // namespace stormdrain::rules
