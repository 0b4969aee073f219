#pragma once
// A descriptor of the harness's that no server may ever see. It is left inheritable on purpose:
// when it shows in a census, the launch leaks, and every verdict on descriptors, and on closed
// connections, is the harness's own doing.

#include "harness/process/owned_descriptor.hpp"

#include <string_view>

namespace stormdrain {

// As /proc/PID/fd names it (memfd_create(2)).
inline constexpr std::string_view leak_canary_target = "/memfd:stormdrain-canary (deleted)";

// To be kept open as long as anything is launched. Throws environment_error.
owned_descriptor make_leak_canary();

}  // namespace stormdrain
