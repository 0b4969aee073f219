#pragma once
// `stormdrain attack --slow`: many slow clients, and an ordinary request a second beside them that
// tells whether anybody else is served.

#include "harness/commands/program.hpp"

namespace stormdrain {

exit_code attack_slowly(const program& self, const invocation& asked);

}  // namespace stormdrain
