#include "harness/checks/rules/death_by_stop_signal.hpp"

#include "harness/checks/rules/rule.hpp"

#include <algorithm>
#include <array>
#include <csignal>

namespace stormdrain::rules {

bool is_crash(exit_status status) {
    constexpr std::array<int, 7> signals{SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    return status.core_dumped() ||
           (status.signalled() && std::ranges::find(signals, status.signal()) != signals.end());
}

bool is_death_by_stop_signal(exit_status status, int stop_signal) {
    return status.signalled() && status.signal() == stop_signal;
}

extern const rule death_by_stop_signal;
const rule death_by_stop_signal{
    .number = "R14",
    .name = "death_by_stop_signal",
    .summary =
        "Death by the very stop signal is legal before the server is ready, and later where the "
        "contract lists it; any other signal, and any core, is a failure.",
    .source = "signal(7); apache/druid#1378",
};

}  // namespace stormdrain::rules
