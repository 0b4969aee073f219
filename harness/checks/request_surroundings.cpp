#include "harness/checks/request_surroundings.hpp"

#include "harness/checks/evidence.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

// R1: idle closes may come this much around the keep-alive timeout, or 10 % of it.
constexpr duration keep_alive_slack_min = 100ms;

// What a second signal means is the server's to say; one that says nothing may end at once.
bool is_left_open(const fault_record& fault, const contract& at_stop) {
    return fault.kind == "second_signal" && !at_stop.exit_status_after_second_signal;
}

}  // namespace

request_surroundings surroundings_of(const cycle_record& record, const promises& promised) {
    request_surroundings around;
    around.stop_triggered = record.stop.triggered;
    around.stop_finished = record.stop.finished;
    around.end_forced = forced_at(record);
    around.at_stop = promised.at_stop;
    around.while_running = promised.while_running;
    for (const fault_record& fault : record.faults) {
        if (!fault.disturbs_requests && !fault.ends_the_server) {
            continue;
        }
        const bool to_the_end = fault.ends_the_server || is_left_open(fault, promised.at_stop);
        for (const injection& one : fault.injections) {
            if (one.delivered) {
                around.disturbances.push_back(
                    {fault.kind, one.struck, to_the_end ? std::nullopt : std::optional(one.ended)});
            }
        }
    }
    return around;
}

const disturbance* request_surroundings::disturbing(since_start from, since_start to) const {
    const auto found = std::ranges::find_if(disturbances, [&](const disturbance& during) {
        return to >= during.began && (!during.ended || from <= *during.ended + disturbance_echo);
    });
    return found == disturbances.end() ? nullptr : &*found;
}

std::string legal_close_of(const idle_connection& idle, const running_contract& promised) {
    const auto& requests_max = promised.requests_per_connection_max;
    if (requests_max && idle.requests_count >= *requests_max) {
        return "the connection's number of requests was used up";
    }
    if (promised.keep_alive_timeout) {
        const duration timeout = *promised.keep_alive_timeout;
        const duration slack = std::max<duration>(keep_alive_slack_min, timeout / 10);
        // No upper limit: the server may close at its timeout however late the client then sends.
        if (idle.idle_for >= timeout - slack) {
            return "idle for about the keep-alive timeout";
        }
    }
    return {};
}

}  // namespace stormdrain
