#include "harness/checks/evidence.hpp"
#include "harness/checks/request_checks.hpp"
#include "harness/checks/request_fate.hpp"
#include "harness/checks/rules/client_caused.hpp"
#include "harness/checks/rules/close_announcement.hpp"
#include "harness/checks/rules/keep_alive_race.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain::checks {
namespace {

// Class 28, seen on one connection: idle after an answer, and closed at once. What the stop, the
// server's death, process faults and the target's own promises bring about is excused.
bool was_closed_unannounced(const injection& one, const cycle_record& record,
                            const request_surroundings& around) {
    if (rules::is_client_caused(one) || !one.idle_since || !one.server_closed ||
        (around.stop_triggered && *one.server_closed >= *around.stop_triggered) ||
        was_disturbed(around, *one.idle_since, *one.server_closed) ||
        was_its_death(record, *one.server_closed)) {
        return false;
    }
    const duration idle_for = *one.server_closed - *one.idle_since;
    return idle_for <= rules::prompt_close &&
           rules::legal_close_of({idle_for, 1}, around.while_running).empty();
}

std::string describe(const injection& one) {
    return "connection " + std::to_string(one.connection) + " was closed by the server " +
           to_text(*one.server_closed - *one.idle_since) +
           " after a whole answer that did not announce it, no request under way; answered " +
           instant(one.idle_since);
}

judgement judge_idle_connections(const cycle_record& record, const promises& promised) {
    const request_surroundings around = surroundings_of(record, promised);
    std::uint64_t idle_count = 0;
    std::uint64_t closed_count = 0;
    std::vector<std::string> evidence;
    for (const fault_record& fault : record.faults) {
        for (const injection& one : fault.injections) {
            idle_count += one.idle_since ? 1U : 0U;
            if (was_closed_unannounced(one, record, around)) {
                ++closed_count;
                add_bounded(evidence, describe(one));
            }
        }
    }
    if (idle_count == 0) {
        return not_applicable("no connection was left idle after an answer");
    }
    if (closed_count == 0) {
        return kept();
    }
    const std::string first = evidence.front();
    return broken(std::to_string(closed_count) + " of " + counted(idle_count, "idle connection") +
                      ": HTTP/1.1 keeps a connection open unless an answer says `Connection: "
                      "close` (RFC 9112 section 9.3), but " +
                      first,
                  std::move(evidence));
}

// What clients were told that had an answer coming when the stop came.
struct announcements {
    std::uint64_t answered_count = 0;
    std::uint64_t missing_count = 0;
    std::vector<std::string> missing;  // bounded
};

void add_requests(announcements& seen, const cycle_record& record,
                  const std::optional<rules::noticed_stop>& stop, const contract& promised) {
    for (const request_row& row : record.requests.across_stop) {
        seen.answered_count += rules::is_answered_across_stop(row, stop) ? 1U : 0U;
        if (rules::lacks_announcement(row, stop, promised)) {
            ++seen.missing_count;
            add_bounded(seen.missing, "request " + std::to_string(row.id) + " (" + row.route +
                                          ", connection " + std::to_string(row.connection) +
                                          "), answered " + instant(row.first_byte_received));
        }
    }
}

// The stop found their requests in the handler.
void add_faults(announcements& seen, const cycle_record& record,
                const std::optional<rules::noticed_stop>& stop) {
    for (const fault_record& fault : record.faults) {
        if (fault.kind != "becomes_idle") {
            continue;
        }
        for (const injection& one : fault.injections) {
            seen.answered_count += one.delivered && one.response_complete ? 1U : 0U;
            if (one.delivered && one.close_announced == false && one.idle_since &&
                rules::is_after_stop_notice(*one.idle_since, stop)) {
                ++seen.missing_count;
                add_bounded(seen.missing, "connection " + std::to_string(one.connection) +
                                              " (fault becomes_idle), answered " +
                                              instant(one.idle_since));
            }
        }
    }
}

judgement judge_announcements(const cycle_record& record, const promises& promised) {
    if (!promised.at_stop.announces_close) {
        return not_applicable("the target does not promise to announce closes when it stops");
    }
    announcements seen;
    auto stop = rules::noticed(record.stop.triggered, record.health.canary_slip_max);
    if (stop) {
        stop->noticed += record.path.to_target.down;  // what the client sees was written earlier
    }
    add_requests(seen, record, stop, promised.at_stop);
    add_faults(seen, record, stop);
    if (seen.missing_count > 0) {
        const std::string first = seen.missing.front();
        return broken("promised to announce the close in answers behind the stop: " +
                          std::to_string(seen.missing_count) + " of " +
                          counted(seen.answered_count, "answer") + " did not, " + first +
                          ", stopped " + instant(record.stop.triggered),
                      std::move(seen.missing));
    }
    return seen.answered_count > 0 ? kept()
                                   : not_applicable("nothing was answered behind the stop");
}

judgement examine(const cycle_record& record, const promises& promised) {
    if (record.is_scripted) {  // a close that takes an answer away is judged as connection_severed
        return not_applicable("nothing announces a close on raw TCP");
    }
    judgement requests = judge_requests("unannounced_close", record, promised);
    judgement idle = judge_idle_connections(record, promised);
    judgement announced = judge_announcements(record, promised);
    return joined(joined(std::move(requests), std::move(idle)), std::move(announced));
}

}  // namespace

extern const check unannounced_close;
const check unannounced_close{
    .name = "unannounced_close",
    .summary = "A server that closes a connection after a response says so in that response.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
