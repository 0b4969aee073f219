#include "harness/checks/rules/release_rule.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool may_be_timed(const exit_deadline& owed, const std::optional<since_start>& released) {
    return !owed.release_first || released.has_value();
}

extern const rule release_rule;
const rule release_rule{
    .number = "R17",
    .name = "release_rule",
    .summary =
        "Where the contract has no limit for a condition, its clients are let go of first and the "
        "exit is due from then on; no deadline counts against a client that was not released.",
    .source = "nginx without worker_shutdown_timeout; caddyserver/caddy#3818",
};

}  // namespace stormdrain::rules
