#pragma once
// Reads the "stop" and "promises" parts of a target file.

#include "harness/config/object_reader.hpp"
#include "harness/plan/contract.hpp"

namespace stormdrain {

// Key "promises" of the root.
running_contract read_running_contract(object_reader& root);

// The keys of a stop mode that are promises; the trigger's keys are read by the target reader. Some
// deadlines follow from what is promised while it runs.
contract read_contract(object_reader& mode, const running_contract& while_running);

// "SIGTERM" under the key, as a number.
int read_signal(object_reader& from, std::string_view key, int fallback);

}  // namespace stormdrain
