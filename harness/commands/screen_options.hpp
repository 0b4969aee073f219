#pragma once
// How the screen is written to, as the user, the terminal and NO_COLOR want it.

#include "harness/config/invocation.hpp"
#include "harness/report/console.hpp"

namespace stormdrain {

console_options screen_options(const invocation& asked);

}  // namespace stormdrain
