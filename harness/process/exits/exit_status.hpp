#pragma once
// How a process ended, from the native wait status: Boost.Process' exit_code() cannot tell
// `exit 9` from SIGKILL.

#include <compare>
#include <string>

namespace stormdrain {

struct exit_status {
    int native = 0;  // as wait(2) gives it

    bool exited() const;     // by exit(2) or return from main
    int code() const;        // exit code, when exited()
    bool signalled() const;  // killed by a signal
    int signal() const;      // its number, when signalled()
    bool core_dumped() const;
    auto operator<=>(const exit_status&) const = default;
};

// "exit 0", "killed by SIGKILL", "killed by SIGABRT, core dumped"
std::string to_text(exit_status status);

// "SIGTERM" for 15; "signal 77" where it has no name.
std::string signal_name(int number);
// 0 where there is no such signal. Takes "SIGTERM" only.
int signal_number(const std::string& name);

}  // namespace stormdrain
