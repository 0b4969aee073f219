#include "harness/commands/version.hpp"

#include "harness/commands/program.hpp"
#include "harness/config/completion.hpp"
#include "harness/config/man_page.hpp"

#include <ostream>

namespace stormdrain {

exit_code version_command(const program& self, const invocation&) {
    self.out << "stormdrain " << stormdrain_version << "\n";
    return exit_code::kept;
}

exit_code help_command(const program& self, const invocation& asked) {
    if (asked.manual) {
        self.out << man_page({.version = stormdrain_version, .date = stormdrain_date});
    } else if (asked.completion) {
        self.out << completion_script(*asked.completion);
    } else {
        self.out << help_text(asked);
    }
    return exit_code::kept;
}

}  // namespace stormdrain
