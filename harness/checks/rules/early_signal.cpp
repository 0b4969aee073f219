#include "harness/checks/rules/early_signal.hpp"

#include "harness/checks/rules/death_by_stop_signal.hpp"
#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool is_early(const std::optional<since_start>& stop, const std::optional<since_start>& served) {
    return stop && (!served || *stop < *served);
}

bool is_legal_early_exit(exit_status status, int stop_signal) {
    return !is_crash(status) || is_death_by_stop_signal(status, stop_signal);
}

extern const rule early_signal;
const rule early_signal{
    .number = "R24",
    .name = "early_signal",
    .summary =
        "A stop before the server is ready may end it in any way but a crash; it is a failure when "
        "it still lives at the deadline, or leaves something behind.",
    .source = "signal(7); nats-io/nats-server#7367; scylladb/seastar#396",
};

}  // namespace stormdrain::rules
