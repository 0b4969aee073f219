#include "harness/checks/rules/accept_queue_reset.hpp"

#include "harness/checks/rules/request_times.hpp"
#include "harness/checks/rules/rule.hpp"

#include <algorithm>
#include <functional>

namespace stormdrain::rules {

since_start owed_before(since_start stop, const contract& promised,
                        std::vector<standstill> standstills) {
    if (promised.drains_backlog) {
        return stop;
    }
    std::ranges::sort(standstills, std::ranges::greater(), &standstill::ended);
    since_start instant = stop;
    duration needed = fresh_race;
    for (const standstill& one : standstills) {
        const duration ran = std::max<duration>(instant - one.ended, duration::zero());
        if (ran >= needed) {
            break;
        }
        needed -= ran;
        instant = std::min(instant - ran, one.began);
    }
    return instant - needed;
}

bool is_accept_queue_reset(const request_row& row, since_start stop, since_start owed) {
    return row.end == request_end::reset && !is_reused(row) && row.response_bytes == 0 &&
           ended_after(row, stop) && !sent_after(row, stop) && !sent_wholly_before(row, owed);
}

extern const rule accept_queue_reset;
const rule accept_queue_reset{
    .number = "R4",
    .name = "accept_queue_reset",
    .summary =
        "A fresh connection that is reset at the stop without a byte of an answer is excused where "
        "its request was sent less than 100 ms before, not counting what the harness had the "
        "server "
        "stopped for, unless the contract says that the server drains its backlog.",
    .source = "ydb-platform/nbs#6810; joewalnes/port-sharding#3; listen(2)",
};

}  // namespace stormdrain::rules
