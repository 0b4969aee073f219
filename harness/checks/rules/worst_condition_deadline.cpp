#include "harness/checks/rules/worst_condition_deadline.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool is_over_in_time(const std::optional<since_start>& finished, since_start deadline) {
    return finished && *finished <= deadline;
}

extern const rule worst_condition_deadline;
const rule worst_condition_deadline{
    .number = "R16",
    .name = "worst_condition_deadline",
    .summary =
        "A stop has the time that the contract promises for the worst condition that clients hold, "
        "and 2 s or 20 % more.",
    .source =
        "defects that were none: Apache httpd waits 22 s for a header, gunicorn 30 s for a worker",
};

}  // namespace stormdrain::rules
