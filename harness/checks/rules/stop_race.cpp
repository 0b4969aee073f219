#include "harness/checks/rules/stop_race.hpp"

#include "harness/checks/rules/request_times.hpp"
#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

std::string stop_race_of(const request_row& row, since_start stop, since_start owed) {
    if (is_reused(row) || row.response_bytes > 0 || !ended_after(row, stop)) {
        return {};
    }
    if (sent_after(row, stop)) {
        return "sent on a fresh connection after the stop";
    }
    return sent_wholly_before(row, owed) ? ""
                                         : "sent on a fresh connection as the server was stopping";
}

bool is_forgotten_at_stop(const request_row& row, const std::optional<since_start>& stop,
                          const std::optional<since_start>& finished) {
    const bool server_was_there = !finished || row.ended <= *finished + end_notice;
    return sent_after(row, stop) && row.response_bytes == 0 && server_was_there;
}

extern const rule stop_race;
const rule stop_race{
    .number = "R2",
    .name = "stop_race",
    .summary =
        "A request on a fresh connection that gets no byte of an answer is excused where it was "
        "sent after the stop, or less than 100 ms before it, not counting what the harness had the "
        "server stopped for.",
    .source = "RFC 9112 section 9.5; hyperium/hyper#3792",
};

}  // namespace stormdrain::rules
