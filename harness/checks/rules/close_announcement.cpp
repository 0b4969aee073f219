#include "harness/checks/rules/close_announcement.hpp"

#include "harness/checks/rules/request_times.hpp"
#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool is_after_stop_notice(since_start answered, const std::optional<since_start>& stop) {
    return stop && answered >= *stop + stop_notice;
}

bool is_answered_across_stop(const request_row& row, const std::optional<since_start>& stop) {
    return stop && row.end == request_end::answered && sent_at(row) < *stop &&
           row.first_byte_received && is_after_stop_notice(*row.first_byte_received, stop);
}

bool lacks_announcement(const request_row& row, const std::optional<since_start>& stop,
                        const contract& promised) {
    return promised.announces_close && is_answered_across_stop(row, stop) && !row.close_announced;
}

extern const rule close_announcement;
const rule close_announcement{
    .number = "R27",
    .name = "close_announcement",
    .summary =
        "An answer that is begun 100 ms or more after the stop says `Connection: close` where the "
        "contract promises that; where it does not, a client may lose its next request by R1.",
    .source = "RFC 9112 section 9.6; benoitc/gunicorn#2313; http4s/http4s#7956",
};

}  // namespace stormdrain::rules
