#include "harness/commands/version.hpp"

#include "harness/commands/program.hpp"

#include <ostream>

namespace stormdrain {

exit_code version_command(const program& self, const invocation&) {
    self.out << "stormdrain " << stormdrain_version << "\n";
    return exit_code::kept;
}

exit_code help_command(const program& self, const invocation& asked) {
    self.out << help_text(asked);
    return exit_code::kept;
}

}  // namespace stormdrain
