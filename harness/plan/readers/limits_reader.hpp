#pragma once
// Reads what a target file says of the server's process: its resource limits, and how its exit is
// to be watched.

#include "harness/config/object_reader.hpp"
#include "harness/process/launch/launch_spec.hpp"

namespace stormdrain {

// Key "limits" of "launch".
process_limits read_limits(object_reader& launch);
// Key "exit_watch" of "launch".
exit_watch_choice read_exit_watch(object_reader& launch);

}  // namespace stormdrain
