#pragma once
// Reads the "stop" and "promises" parts of a target file.

#include "harness/config/object_reader.hpp"
#include "harness/plan/contract.hpp"

namespace stormdrain {

// The keys of a stop mode that are promises; the trigger's keys are read by the target reader.
contract read_contract(object_reader& mode);

// Key "promises" of the root.
running_contract read_running_contract(object_reader& root);

// "SIGTERM" under the key, as a number.
int read_signal(object_reader& from, std::string_view key, int fallback);

}  // namespace stormdrain
