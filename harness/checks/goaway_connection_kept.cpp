#include "harness/checks/evidence.hpp"
#include "harness/checks/request_checks.hpp"
#include "harness/checks/request_fate.hpp"

#include <utility>

namespace stormdrain::checks {
namespace {

// Longer than for others: who closes as soon as its GOAWAY is sent risks a RST over it, so servers
// wait for a moment. Go's http2goAwayTimeout is a second (golang/go#18701).
constexpr duration limit_behind_goaway = idle_close_limit + std::chrono::milliseconds(500);
// Else its client is let go of before that is seen.
static_assert(limit_behind_goaway < release_after + idle_close_limit);

// How long it stayed open behind the GOAWAY and its last stream.
std::optional<duration> kept_for(const http2_connection_row& row, since_start stop) {
    if (!row.quiet_since || !row.last_goaway || row.ended < stop) {
        return {};
    }
    return row.ended - std::max(*row.quiet_since, *row.last_goaway);
}

std::string describe(const http2_connection_row& row, duration open) {
    return "connection " + std::to_string(row.connection) + " was " +
           (row.closed_by_server ? "closed " : "still open ") + to_text(open) +
           " after its GOAWAY, last heard " + instant(row.last_goaway) + ", and its last stream, " +
           "which ended " + instant(row.quiet_since);
}

judgement examine(const cycle_record& record, const promises& promised) {
    const bool closes_idle = promised.at_stop.idle_keep_alive == idle_promise::close_now;
    if (!closes_idle) {
        return not_applicable("the target does not promise to close idle connections at once");
    }
    const request_surroundings around = surroundings_of(record, promised);
    if (!around.stop_triggered) {
        return not_applicable("no stop was triggered");
    }
    const duration limit = limit_behind_goaway + 2 * record.health.canary_slip_max;
    std::uint64_t watched_count = 0;
    std::vector<std::string> evidence;
    for (const http2_connection_row& row : record.requests.http2) {
        const std::optional<duration> open = kept_for(row, *around.stop_triggered);
        if (!open || was_disturbed(around, *around.stop_triggered, row.ended)) {
            continue;
        }
        ++watched_count;
        if (*open > limit) {
            add_bounded(evidence, describe(row, *open));
        }
    }
    if (watched_count == 0) {
        return not_applicable("no HTTP/2 connection became quiet behind a GOAWAY");
    }
    if (evidence.empty()) {
        return kept();
    }
    const std::string first = evidence.front();
    return broken("promised to close idle connections at once when it stops: " + first,
                  std::move(evidence));
}

}  // namespace

extern const check goaway_connection_kept;
const check goaway_connection_kept{
    .name = "goaway_connection_kept",
    .summary = "Behind its GOAWAY and the last stream an HTTP/2 connection is closed in time.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
