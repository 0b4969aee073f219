#pragma once
// What completes command lines in a shell, of the option table.

#include "harness/config/invocation.hpp"

#include <string>

namespace stormdrain {

std::string completion_script(shell of);

}  // namespace stormdrain
