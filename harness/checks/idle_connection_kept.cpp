#include "harness/checks/evidence.hpp"
#include "harness/checks/request_fate.hpp"
#include "harness/checks/rules/idle_close.hpp"

#include <utility>

namespace stormdrain::checks {
namespace {

std::string describe(const fault_record& fault, const injection& one, since_start due) {
    return "connection " + std::to_string(one.connection) + " (fault " + fault.kind +
           "), idle since its answer " + instant(one.idle_since) + ", was to be closed by " +
           instant(due).substr(3) + " and was " +
           (one.server_closed ? "closed " + instant(one.server_closed)
                              : "still open " + instant(one.ended));
}

bool makes_promise(const contract& at_stop) {
    return at_stop.idle_keep_alive.value_or(idle_promise::keep) != idle_promise::keep ||
           at_stop.becomes_idle.has_value();
}

judgement examine(const cycle_record& record, const promises& promised) {
    const std::optional<since_start>& stop = record.stop.triggered;
    if (!makes_promise(promised.at_stop)) {
        return not_applicable("the target does not say when a stop closes idle connections");
    }
    if (!stop) {
        return not_applicable("no stop was triggered");
    }
    const request_surroundings around = surroundings_of(record, promised);
    std::uint64_t watched_count = 0;
    std::vector<std::string> kept_open;
    for (const fault_record& fault : record.faults) {
        for (const injection& one : fault.injections) {
            const bool is_idle = one.delivered && one.idle_since &&
                                 (!one.server_closed || *one.server_closed >= *stop);
            auto due = is_idle ? rules::idle_close_due(*one.idle_since, *stop, promised.at_stop,
                                                       promised.while_running)
                               : std::nullopt;
            if (due) {
                *due += record.path.to_target.down;  // what the client sees is so old
            }
            if (!due || was_disturbed(around, *stop, *due)) {
                continue;
            }
            ++watched_count;
            if (rules::is_kept_idle({one.server_closed, one.ended}, *due)) {
                add_bounded(kept_open, describe(fault, one, *due));
            }
        }
    }
    if (watched_count == 0) {
        return not_applicable("no connection was left idle at the stop");
    }
    if (kept_open.empty()) {
        return kept();
    }
    const std::string first = kept_open.front();
    for (std::string& line : describe_stop(record)) {
        kept_open.push_back(std::move(line));
    }
    return broken("promised to close idle connections while it stops: " + first,
                  std::move(kept_open));
}

}  // namespace

extern const check idle_connection_kept;
const check idle_connection_kept{
    .name = "idle_connection_kept",
    .summary = "A stop closes idle connections when its contract says, whatever else holds it.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
