#include "harness/checks/evidence.hpp"
#include "harness/checks/overdue.hpp"

#include <algorithm>
#include <array>

namespace stormdrain::checks {
namespace {

// Those whose requests do not arrive whole, or take their time.
constexpr std::array<std::string_view, 3> slow_kinds{"one_byte", "partial_request", "slow_sender"};

bool is_slow_request(const fault_record& fault) {
    // A handshake that does not go on is another promise: see handshake_overdue.
    return std::ranges::find(slow_kinds, fault.kind) != slow_kinds.end() &&
           fault.point != to_text(strike_point::handshake);
}

std::string describe(const fault_record& fault, const injection& one, duration kept_for) {
    return "a request of fault " + fault.kind + " that began " + instant(one.struck) +
           " was waited for " + to_text(kept_for);
}

// Empty: it was over by something that says nothing of the server's patience.
std::optional<client_wait> look_at(const fault_record& fault, const injection& one,
                                   const std::optional<since_start>& stop) {
    if (!is_slow_request(fault)) {
        return std::nullopt;
    }
    const std::optional<since_start> ended = ended_before_client(one);
    client_wait seen;
    if (one.request_whole) {
        seen.kept_for = *one.request_whole - one.struck;
        seen.description = describe(fault, one, seen.kept_for) + ", until it was whole";
    } else if (ended) {
        // A stop ends what nothing else would.
        const bool by_stop = stop && *ended >= *stop;
        seen.kept_for = *ended - one.struck;
        seen.ended = by_stop ? client_wait::end::something_else : client_wait::end::server_ended_it;
        seen.description = describe(fault, one, seen.kept_for);
    } else if (one.response_status) {
        return std::nullopt;  // answered early, and nobody waits for the rest of it
    } else {
        seen.kept_for = one.ended - one.struck;
        seen.description = describe(fault, one, seen.kept_for) + ", until its client gave up";
    }
    return seen;
}

judgement examine(const cycle_record& record, const promises& promised) {
    wait_promise requests;
    requests.timeout = promised.while_running.request_timeout;
    requests.waits = "requests that do not arrive";
    requests.one_wait = "a request that is not whole";
    requests.none_was_long = "no request was on its way";
    return judge_waits(record, requests,
                       [&record](const fault_record& fault, const injection& one) {
                           return look_at(fault, one, record.stop.triggered);
                       });
}

}  // namespace

extern const check request_overdue;
const check request_overdue{
    .name = "request_overdue",
    .summary =
        "A request that does not arrive whole is ended within the time that the target promises.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
