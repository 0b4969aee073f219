#pragma once
// What every command is given: who we are and what was asked.

#include "harness/config/invocation.hpp"

#include <chrono>
#include <functional>
#include <iosfwd>
#include <string>

namespace stormdrain {

// The designed exit codes; `broken` outranks `not_judged`.
enum class exit_code {
    kept = 0,          // all promises kept
    broken = 1,        // a promise broken: the server's fault
    bad_input = 2,     // usage, unreadable or invalid file; nothing was started
    not_judged = 3,    // something could not be judged and nothing was broken
    none_selected = 4  // the selection is empty
};

struct program {
    std::string bin_folder;    // ${bin} of target files (installed_folders.hpp)
    std::string name;          // argv[0], for commands that a reader can paste
    std::string command_line;  // as typed, for reports
    std::ostream& out;
    std::ostream& problems;  // stderr
    // Which night it is; tests choose one.
    std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
    // The CI engine that is told what was broken, and where it listens for commands: what goes to
    // `out` commands nothing. Null: nobody is told.
    ci_engine engine = ci_engine::none;
    std::ostream* commands = nullptr;
};

exit_code run_command(const program& self, const invocation& asked);
exit_code list_command(const program& self, const invocation& asked);
exit_code check_command(const program& self, const invocation& asked);
exit_code compare_command(const program& self, const invocation& asked);
exit_code shrink_command(const program& self, const invocation& asked);
exit_code merge_command(const program& self, const invocation& asked);
exit_code report_command(const program& self, const invocation& asked);
exit_code init_command(const program& self, const invocation& asked);
exit_code probe_command(const program& self, const invocation& asked);
exit_code link_command(const program& self, const invocation& asked);
exit_code attack_command(const program& self, const invocation& asked);
exit_code doctor_command(const program& self, const invocation& asked);
exit_code explain_command(const program& self, const invocation& asked);
exit_code version_command(const program& self, const invocation& asked);
exit_code help_command(const program& self, const invocation& asked);

// Reads the command line and carries the command out; every failure becomes a message and a code.
int main_program(int argc, char** argv);

}  // namespace stormdrain
