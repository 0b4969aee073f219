#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/load/ack_trial.hpp"

namespace stormdrain::checks {
namespace {

using namespace std::chrono_literals;

// A client of a quiet connection delays its ACK by 40 ms (TCP_DELACK_MIN), which timers of 250 Hz
// make 44 ms; the rest is room for busy machines.
constexpr duration stall_max = 60ms;
// Acknowledged at once the held piece is there: this much at most when the machine is busy.
constexpr duration prompt_max = 15ms;
// A fresh connection is acknowledged at once for a while (tcp(7), TCP_QUICKACK), so few say
// nothing.
constexpr std::uint64_t reused_min = 20;
constexpr std::uint64_t trials_min = 5;
// Larger answers take several turns of acknowledgements for better reasons.
constexpr std::uint64_t small_bytes_max = 16 * 1024;

bool is_stalled(const latency_histogram& times) {
    const duration median = times.quantile(0.5);
    return median >= ack_trial::stall_min && median <= stall_max;
}

judgement examine(const cycle_record& record, const promises&) {
    const request_tally& requests = record.requests;
    if (!record.has_load) {
        return not_applicable("the scenario has no load");
    }
    if (requests.reused_connection < reused_min || requests.response_bytes_max > small_bytes_max) {
        return not_applicable("the load has fewer than " + std::to_string(reused_min) +
                              " small answers on reused connections");
    }
    const latency_histogram& waiting = requests.receiving_time;
    const latency_histogram& prompt = requests.acknowledged_receiving_time;
    if (!is_stalled(waiting)) {
        return kept();
    }
    if (!record.path.links.empty()) {
        return not_applicable("behind a link it is not the client who acknowledges");
    }
    if (prompt.count() < trials_min) {
        return not_applicable("too few answers were acknowledged at once to compare with");
    }
    if (prompt.quantile(0.5) > prompt_max) {
        return kept();  // whatever delays it does not wait for the client
    }
    return broken(
        "half of " + grouped(waiting.count()) + " small answers took " +
            to_text(waiting.quantile(0.5)) + " from first byte to last, but " +
            to_text(prompt.quantile(0.5)) +
            " where the client acknowledged the first part at once: small writes wait for the "
            "client's delayed ACK (RFC 1122 section 4.2.3.2) under Nagle's algorithm (RFC 896); "
            "write head and body in one gathered write, or set TCP_NODELAY",
        {"first byte to last: quarter " + to_text(waiting.quantile(0.25)) + ", half " +
             to_text(waiting.quantile(0.5)) + ", three quarters " +
             to_text(waiting.quantile(0.75)) + ", of " + counted(waiting.count(), "answer"),
         "the same, acknowledged at once: half " + to_text(prompt.quantile(0.5)) + ", longest " +
             to_text(prompt.max()) + ", of " + counted(prompt.count(), "answer"),
         "whole answers had at most " + counted(requests.response_bytes_max, "byte")});
}

}  // namespace

extern const check nagle_stall;
const check nagle_stall{
    .name = "nagle_stall",
    .summary = "An answer does not wait for the client's acknowledgement of its first part.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
