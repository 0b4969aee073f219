#include "harness/checks/rules/drain_status.hpp"

#include "harness/checks/rules/accept_queue_reset.hpp"
#include "harness/checks/rules/request_times.hpp"
#include "harness/checks/rules/rule.hpp"

#include <algorithm>

namespace stormdrain::rules {
bool is_overload_status(int status) {
    constexpr int service_unavailable = 503;
    return status == service_unavailable;
}

bool is_drain_answer(const request_row& row, const std::optional<since_start>& stop,
                     const contract& promised) {
    const auto& listed = promised.drain_statuses;
    if (row.status == never_legal_status || !ended_after(row, stop) ||
        std::ranges::find(listed, row.status) == listed.end()) {
        return false;
    }
    // What was sent well before the stop is to be completed, where the server promises that.
    return promised.in_flight == in_flight_promise::truncate ||
           !sent_wholly_before(row, *stop - fresh_race);
}

extern const rule drain_status;
const rule drain_status{
    .number = "R6",
    .name = "drain_status",
    .summary =
        "A status that the contract lists for draining is excused for requests that the stop met; "
        "500 never is, and 503 before the stop only under a fault that overloads the server.",
    .source = "RFC 9110 section 15.6.4; akka/akka-http#2090; puma/puma#4015",
};

}  // namespace stormdrain::rules
