#include "harness/checks/rules/accept_queue_reset.hpp"

#include "harness/checks/rules/request_times.hpp"
#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {
since_start owed_before(since_start stop, const contract& promised, duration kept_still) {
    return promised.drains_backlog ? stop : stop - fresh_race - kept_still;
}

bool is_accept_queue_reset(const request_row& row, const std::optional<since_start>& stop,
                           const contract& promised, duration kept_still) {
    return row.end == request_end::reset && !is_reused(row) && row.response_bytes == 0 &&
           ended_after(row, stop) && !sent_after(row, stop) &&
           !sent_wholly_before(row, owed_before(*stop, promised, kept_still));
}

extern const rule accept_queue_reset;
const rule accept_queue_reset{
    .number = "R4",
    .name = "accept_queue_reset",
    .summary =
        "A fresh connection that is reset at the stop without a byte of an answer is excused where "
        "its request was sent less than 100 ms before, in which the server could run, unless the "
        "contract says that it drains its backlog.",
    .source = "ydb-platform/nbs#6810; joewalnes/port-sharding#3; listen(2)",
};

}  // namespace stormdrain::rules
