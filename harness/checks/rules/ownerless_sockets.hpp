#pragma once
// R10: sockets that no process owns belong to the kernel.

#include "harness/process/census/census.hpp"

namespace stormdrain::rules {

// A socket in a process's own table, whatever its state, with an address or (reset) without one.
// TIME_WAIT has no owner, nor has what lingers in FIN_WAIT_1 with unsent data behind a close.
bool is_owned_socket(const descriptor& held);

}  // namespace stormdrain::rules
