#include "harness/checks/rules/refused_after_stop.hpp"

#include "harness/checks/rules/request_times.hpp"
#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool is_refused_by_stop(const request_row& row, const std::optional<since_start>& stop) {
    const bool came_to_nothing =
        row.end == request_end::refused || row.end == request_end::connect_failed;
    return came_to_nothing && ended_after(row, stop);
}

extern const rule refused_after_stop;
const rule refused_after_stop{
    .number = "R3",
    .name = "refused_after_stop",
    .summary =
        "A connect that is refused, or comes to nothing, is excused after the stop and a failure "
        "before it.",
    .source = "connect(2), ECONNREFUSED",
};

}  // namespace stormdrain::rules
