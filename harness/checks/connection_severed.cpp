#include "harness/checks/evidence.hpp"
#include "harness/checks/request_fate.hpp"

#include <algorithm>
#include <iterator>

namespace stormdrain::checks {
namespace {

// R9: clients that sent FIN behind a whole request.
bool is_half_closed_request(const fault_record& fault) {
    return fault.kind == "half_close" && fault.point == to_text(strike_point::handler);
}

// Only where the server itself ended the connection: a fault that the harness let go of before
// its answer was whole proves nothing.
bool was_severed(const injection& happened, const stop_record& stop) {
    return happened.delivered && !happened.response_complete && happened.server_closed &&
           (!stop.triggered || *happened.server_closed < *stop.triggered);
}

std::string describe(const injection& happened) {
    return "connection " + std::to_string(happened.connection) + ": FIN sent " +
           instant(happened.struck) + ", closed by the server " + instant(happened.server_closed) +
           (happened.response_status
                ? " amid the answer (status " + std::to_string(*happened.response_status) + ")"
                : " without an answer");
}

judgement judge_half_closed(const cycle_record& record, const promises& promised) {
    if (promised.at_stop.half_close != half_close_promise::respond) {
        return not_applicable("the target does not promise to answer a client that half-closed");
    }
    std::uint64_t delivered_count = 0;
    std::uint64_t severed_count = 0;
    std::vector<std::string> severed;
    for (const fault_record& fault : record.faults) {
        if (!is_half_closed_request(fault)) {
            continue;
        }
        delivered_count += fault.delivered_count;
        for (const injection& happened : fault.injections) {
            if (was_severed(happened, record.stop)) {
                ++severed_count;
                add_bounded(severed, describe(happened));
            }
        }
    }
    if (delivered_count == 0) {
        return not_applicable("no client half-closed behind a whole request");
    }
    if (severed_count == 0) {
        return kept();
    }
    return broken(
        "a client that half-closed after a whole request got no answer, though the "
        "target promises one: " +
            std::to_string(severed_count) + " of " + std::to_string(delivered_count) + ", " +
            severed.front(),
        severed);
}

judgement examine(const cycle_record& record, const promises& promised) {
    judgement requests = judge_requests("connection_severed", record, promised);
    judgement half_closed = judge_half_closed(record, promised);
    if (half_closed.outcome == judgement::kind::broken) {
        requests.outcome = judgement::kind::broken;
        std::ranges::move(half_closed.findings, std::back_inserter(requests.findings));
    } else if (requests.outcome == judgement::kind::not_applicable) {
        return half_closed.outcome == judgement::kind::kept ? half_closed : requests;
    }
    return requests;
}

}  // namespace

extern const check connection_severed;
const check connection_severed{
    .name = "connection_severed",
    .summary = "A request that reached the server is answered before its connection ends.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
