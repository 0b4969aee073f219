#include "harness/checks/evidence.hpp"
#include "harness/checks/request_checks.hpp"
#include "harness/checks/rules/half_close_answer.hpp"
#include "harness/checks/rules/tunnel_end.hpp"

#include <utility>

namespace stormdrain::checks {
namespace {

// R9: clients that sent FIN behind a whole request.
bool is_half_closed_request(const fault_record& fault) {
    return fault.kind == "half_close" && fault.point == to_text(strike_point::handler);
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
            if (rules::lacks_promised_answer(happened, record.stop.triggered,
                                             promised.at_stop.half_close)) {
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

judgement judge_tunnels(const cycle_record& record, const promises& promised) {
    if (!promised.at_stop.upgrade) {
        return not_applicable("the target does not say what becomes of tunnels");
    }
    std::uint64_t tunnels_count = 0;
    std::vector<std::string> severed;
    for (const fault_record& fault : record.faults) {
        if (fault.kind != "upgraded_tunnel") {
            continue;
        }
        tunnels_count += fault.delivered_count;
        for (const injection& happened : fault.injections) {
            const std::string wrong = rules::wrong_tunnel_end(
                {happened.server_closed, happened.server_reset}, record.stop.triggered,
                record.stop.released, promised.at_stop);
            if (happened.delivered && !wrong.empty()) {
                add_bounded(severed, "connection " + std::to_string(happened.connection) + " " +
                                         wrong + ", " + instant(happened.server_closed));
            }
        }
    }
    if (severed.empty()) {
        return tunnels_count > 0 ? kept() : not_applicable("no connection was upgraded");
    }
    const std::string first = severed.front();
    return broken("a tunnel met another end than the contract says: " + first, std::move(severed));
}

judgement examine(const cycle_record& record, const promises& promised) {
    judgement requests = judge_requests("connection_severed", record, promised);
    judgement half_closed = judge_half_closed(record, promised);
    judgement tunnels = judge_tunnels(record, promised);
    return joined(joined(std::move(requests), std::move(half_closed)), std::move(tunnels));
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
