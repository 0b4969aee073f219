#include "harness/checks/rules/backlog_retry.hpp"

#include "harness/checks/rules/rule.hpp"

#include <algorithm>

namespace stormdrain::rules {

bool is_shorter_than_declared(const queue_lengths& seen, std::uint32_t declared) {
    const std::uint32_t possible =
        seen.backlog_max == 0 ? declared : std::min(declared, seen.backlog_max);
    return seen.backlog < possible;
}

extern const rule backlog_retry;
const rule backlog_retry{
    .number = "R20",
    .name = "backlog_retry",
    .summary =
        "Dropped connects and retries after 1 s and 3 s are legal where the accept queue is as "
        "long as the contract declares and was full; a shorter queue is a failure.",
    .source = "listen(2); hyperium/hyper#3728; rust-lang/rust#55614",
};

}  // namespace stormdrain::rules
