#include "harness/checks/rules/idle_close.hpp"

#include "harness/checks/rules/rule.hpp"

#include <algorithm>

namespace stormdrain::rules {
namespace {

std::optional<since_start> due_by_timeout(since_start idle_since, since_start stop,
                                          const std::optional<duration>& timeout) {
    if (!timeout) {
        return {};
    }
    return std::max(stop, idle_since + *timeout) + slack_for(*timeout);
}

}  // namespace

std::optional<since_start> idle_close_due(since_start idle_since, since_start stop,
                                          const contract& promised,
                                          const running_contract& while_running) {
    const auto& timeout = while_running.keep_alive_timeout;
    if (idle_since > stop) {
        if (!promised.becomes_idle) {
            return {};
        }
        return promised.becomes_idle == becomes_idle_promise::close
                   ? idle_since + idle_close_limit
                   : due_by_timeout(idle_since, stop, timeout);
    }
    if (promised.idle_keep_alive == idle_promise::close_now) {
        return stop + idle_close_limit;
    }
    return promised.idle_keep_alive == idle_promise::wait_timeout
               ? due_by_timeout(idle_since, stop, timeout)
               : std::nullopt;
}

bool is_kept_idle(const idle_end& seen, since_start due) {
    return seen.server_closed.value_or(seen.watched_until) > due;
}

extern const rule idle_close;
const rule idle_close{
    .number = "R26",
    .name = "idle_close",
    .summary =
        "A connection that is idle at the stop, or becomes so behind it, is closed within 1 s, or "
        "within its keep-alive timeout, where the contract promises that.",
    .source = "nodejs/node#2642; puma/puma#4015; h2o/h2o#119",
};

}  // namespace stormdrain::rules
