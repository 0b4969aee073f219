#include "harness/checks/rules/close_announcement.hpp"

#include "harness/checks/rules/request_times.hpp"
#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

std::optional<noticed_stop> noticed(const std::optional<since_start>& stop, duration timer_slip) {
    if (!stop) {
        return {};
    }
    return noticed_stop{*stop, *stop + stop_notice + 2 * timer_slip};
}

bool is_after_stop_notice(since_start answered, const std::optional<noticed_stop>& stop) {
    return stop && answered >= stop->noticed;
}

bool is_answered_across_stop(const request_row& row, const std::optional<noticed_stop>& stop) {
    return stop && row.end == request_end::answered && sent_at(row) < stop->at &&
           row.first_byte_received && is_after_stop_notice(*row.first_byte_received, stop);
}

bool lacks_announcement(const request_row& row, const std::optional<noticed_stop>& stop,
                        const contract& promised) {
    const bool is_http2 = row.stream != 0;  // which says GOAWAY instead
    return promised.announces_close && !is_http2 && is_answered_across_stop(row, stop) &&
           !row.close_announced;
}

extern const rule close_announcement;
const rule close_announcement{
    .number = "R27",
    .name = "close_announcement",
    .summary =
        "An answer that is begun 100 ms or more after the stop, and more on a busy machine, says "
        "`Connection: close` where the "
        "contract promises that; where it does not, a client may lose its next request by R1.",
    .source = "RFC 9112 section 9.6; benoitc/gunicorn#2313; http4s/http4s#7956",
};

}  // namespace stormdrain::rules
