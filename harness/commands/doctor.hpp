#pragma once
// What `stormdrain doctor` prints of what it found.

#include "harness/process/machine/capabilities.hpp"
#include "harness/process/machine/machine_values.hpp"

#include <span>
#include <string>

namespace stormdrain {

// Two tables for people, at most 100 columns wide.
std::string doctor_page(std::span<const capability> mechanisms,
                        std::span<const machine_value> values);

}  // namespace stormdrain
