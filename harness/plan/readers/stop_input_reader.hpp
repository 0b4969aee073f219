#pragma once
// Reads the key "stdin" of a stop mode: a stop that is asked for on standard input.

#include "harness/config/object_reader.hpp"
#include "harness/plan/target.hpp"

namespace stormdrain {

// The trigger that the mode's other keys gave, unless there is this one.
stop_trigger or_by_input(object_reader& mode, target_lifecycle lifecycle, stop_trigger otherwise);

}  // namespace stormdrain
