#include "harness/process/exits/exit_status.hpp"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

namespace stormdrain {

bool exit_status::exited() const {
    return WIFEXITED(native);
}

int exit_status::code() const {
    return WEXITSTATUS(native);
}

bool exit_status::signalled() const {
    return WIFSIGNALED(native);
}

int exit_status::signal() const {
    return WTERMSIG(native);
}

bool exit_status::core_dumped() const {
    return signalled() && WCOREDUMP(native);
}

std::string to_text(exit_status status) {
    if (status.exited()) {
        return "exit " + std::to_string(status.code());
    }
    if (status.signalled()) {
        return "killed by " + signal_name(status.signal()) +
               (status.core_dumped() ? ", core dumped" : "");
    }
    return "wait status " + std::to_string(status.native);
}

std::string signal_name(int number) {
    const char* const name = ::sigabbrev_np(number);  // "TERM"
    return name == nullptr ? "signal " + std::to_string(number) : std::string("SIG") + name;
}

int signal_number(const std::string& name) {
    for (int number = 1; number < NSIG; ++number) {
        if (::sigabbrev_np(number) != nullptr && signal_name(number) == name) {
            return number;
        }
    }
    return 0;
}

}  // namespace stormdrain
