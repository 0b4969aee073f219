#include "harness/checks/legal_close.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

// R1: idle closes may come this much around the keep-alive timeout, or 10 % of it; but never so
// much that a close right behind an answer would pass for one.
constexpr duration keep_alive_slack_min = 100ms;

duration slack_around(duration timeout) {
    return std::min(std::max<duration>(keep_alive_slack_min, timeout / 10), timeout / 2);
}

}  // namespace

bool must_be_closed(const idle_connection& idle, const running_contract& promised) {
    const std::optional<duration>& timeout = promised.keep_alive_timeout;
    return timeout && idle.idle_for > *timeout + slack_around(*timeout);
}

std::string legal_close_of(const idle_connection& idle, const running_contract& promised) {
    const auto& requests_max = promised.requests_per_connection_max;
    if (requests_max && idle.requests_count >= *requests_max) {
        return "the connection's number of requests was used up";
    }
    if (promised.keep_alive_timeout) {
        const duration timeout = *promised.keep_alive_timeout;
        // No upper limit: the server may close at its timeout however late the client then sends.
        if (idle.idle_for >= timeout - slack_around(timeout)) {
            return "idle for about the keep-alive timeout";
        }
    }
    return {};
}

}  // namespace stormdrain
