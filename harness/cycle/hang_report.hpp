#pragma once
// hang.txt: what is known of a server that did not stop, for a person who reads it from top to
// bottom and wants to fix the bug.

#include "harness/cycle/cycle_record.hpp"
#include "harness/cycle/hang_record.hpp"

#include <string>

namespace stormdrain {

std::string hang_text(const cycle_record& cycle, const hang_record& hang);

// Writes it. Empty, or why it could not be written: the cycle's verdict does not depend on it.
std::string write_hang_report(const std::string& path, const cycle_record& cycle,
                              const hang_record& hang);

}  // namespace stormdrain
