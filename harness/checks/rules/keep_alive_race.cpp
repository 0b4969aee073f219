#include "harness/checks/rules/keep_alive_race.hpp"

#include "harness/checks/rules/request_times.hpp"
#include "harness/checks/rules/rule.hpp"

#include <algorithm>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;

// Idle closes may come this much around the keep-alive timeout, or 10 % of it; but never so much
// that a close right behind an answer would pass for one.
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

legal_race keep_alive_race_of(const request_row& row, const std::optional<since_start>& stop,
                              const running_contract& promised) {
    if (!is_reused(row) || row.response_bytes > 0) {
        return {};
    }
    // What had ended before the stop cannot be its doing, however near it was.
    if (ended_after(row, stop) && sent_at(row) >= *stop - reuse_race) {
        return {"sent on an idle connection as the server was stopping"};
    }
    const idle_connection idle{row.idle_before, row.number_on_connection};
    std::string why = legal_close_of(idle, promised);
    const bool is_running = !why.empty() && !must_be_closed(idle, promised);
    return {std::move(why), is_running};
}

std::uint64_t running_races_max(std::uint64_t requests_count) {
    return std::max<std::uint64_t>(1, requests_count / 100);
}

extern const rule keep_alive_race;
const rule keep_alive_race{
    .number = "R1",
    .name = "keep_alive_race",
    .summary =
        "A request on a reused connection that ends without a byte of an answer is excused where "
        "the server stops, or closes at its keep-alive timeout or at its number of requests; "
        "outside the stop for 1 % of the requests at most.",
    .source = "RFC 9112 sections 9.3.1 and 9.5; nodejs/node#20256",
};

}  // namespace stormdrain::rules
