#include "harness/probe/running_manners.hpp"

#include "harness/checks/evidence.hpp"
#include "harness/probe/stop_times.hpp"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {
namespace {

// R21: of one core, as in the check idle_cpu.
constexpr double spinning_share = 0.2;

using injection_reader = std::function<void(const cycle_record&, const injection&)>;

void each_delivered(const condition_evidence& seen, std::string_view kind,
                    const injection_reader& read) {
    for (const cycle_record& record : seen.cycles) {
        for (const fault_record& fault : record.faults) {
            for (const injection& one : fault.injections) {
                if (fault.kind == kind && one.delivered) {
                    read(record, one);
                }
            }
        }
    }
}

// How long the server left clients be that did nothing more, or not enough.
struct wait_tally {
    std::vector<duration> kept;
    std::size_t endless_count = 0;
    std::string unusable;

    void add(const condition_evidence& seen, std::string_view kind) {
        each_delivered(seen, kind, [this](const cycle_record& record, const injection& one) {
            const since_start from = one.idle_since.value_or(one.struck);
            // An answer to what was not even asked, such as 408 (RFC 9110 section 15.5.9), is an
            // end, too.
            const bool answered = one.response_status && !one.idle_since;
            const std::optional<since_start> end =
                !one.server_closed && answered ? std::optional(one.ended) : one.server_closed;
            if (end && (!record.stop.triggered || *end <= *record.stop.triggered)) {
                kept.push_back(*end - from);
            } else {
                ++endless_count;
            }
        });
        unusable = unusable.empty() ? why_unusable(seen) : unusable;
    }

    bool any_seen() const { return !kept.empty() || endless_count > 0; }

    std::string evidence(duration patience) const {
        const std::string all = counted(kept.size() + endless_count, "connection");
        if (!any_seen()) {
            return unusable;
        }
        if (kept.empty()) {
            return "none within " + to_text(patience) + ", " + all;
        }
        const auto [shortest, longest] = std::ranges::minmax(kept);
        const std::string span = span_of(shortest, longest);
        return endless_count == 0 ? all + ", " + span
                                  : "only " + std::to_string(kept.size()) + " of " + all +
                                        " were ended, after " + span;
    }
};

measured<duration> measure_keep_alive(const condition_evidence& seen, duration patience) {
    wait_tally waits;
    waits.add(seen, "idle_keep_alive");
    if (waits.kept.empty() || waits.endless_count > 0) {
        return {{}, waits.evidence(patience)};
    }
    return {std::ranges::max(waits.kept), waits.evidence(patience)};
}

measured<exit_promise> measured_wait(const wait_tally& waits, duration patience) {
    measured<exit_promise> wait{{}, waits.evidence(patience)};
    if (waits.any_seen()) {
        wait.value.emplace();
    }
    if (waits.any_seen() && waits.endless_count == 0) {
        wait.value->within = std::ranges::max(waits.kept);
    }
    return wait;
}

measured<exit_promise> measure_wait(const condition_evidence& seen,
                                    std::initializer_list<std::string_view> kinds,
                                    duration patience) {
    wait_tally waits;
    for (const std::string_view kind : kinds) {
        waits.add(seen, kind);
    }
    return measured_wait(waits, patience);
}

// They come in the scenarios of the two that stand still.
measured<exit_promise> measure_drip(const evidence_by_condition& running, duration patience) {
    wait_tally waits;
    waits.add(evidence_of(running, "request_timeout"), "slow_sender");
    waits.add(evidence_of(running, "body_timeout"), "slow_sender");
    return measured_wait(waits, patience);
}

measured<half_close_promise> measure_half_close(const condition_evidence& seen) {
    std::size_t answered_count = 0;
    std::size_t closed_count = 0;
    each_delivered(seen, "half_close", [&](const cycle_record&, const injection& one) {
        ++(one.response_complete ? answered_count : closed_count);
    });
    if (answered_count + closed_count == 0) {
        return {{}, why_unusable(seen)};
    }
    const std::string evidence = std::to_string(answered_count) + " of " +
                                 counted(answered_count + closed_count, "client") +
                                 " that sent FIN behind the request got the answer";
    return {closed_count == 0 ? half_close_promise::respond : half_close_promise::close, evidence};
}

measured<descriptor_limit_promise> measure_shortage(const condition_evidence& seen) {
    double share = 0.0;
    std::size_t ended_count = 0;
    std::size_t served_count = 0;
    std::size_t all_count = 0;
    each_delivered(seen, "descriptor_limit", [&](const cycle_record& record, const injection& one) {
        ++all_count;
        const bool ended =
            record.exited && (!record.stop.triggered || *record.exited < *record.stop.triggered);
        ended_count += ended ? 1U : 0U;
        served_count += one.after && one.after->served ? 1U : 0U;
        share = std::max(share, one.cpu_share.value_or(0.0));
    });
    if (all_count == 0) {
        return {{}, why_unusable(seen)};
    }
    const std::string evidence = "served again in " + std::to_string(served_count) + " of " +
                                 counted(all_count, "cycle") + ", used at most " +
                                 std::to_string(static_cast<int>(share * 100.0)) + " % of a core";
    if (ended_count > 0) {
        return {descriptor_limit_promise::exit, "it ended in " + std::to_string(ended_count) +
                                                    " of " + counted(all_count, "cycle")};
    }
    if (served_count < all_count) {
        return {{}, evidence};  // deaf afterwards: nothing to promise
    }
    return {
        share > spinning_share ? descriptor_limit_promise::spin : descriptor_limit_promise::pause,
        evidence};
}

// tcp(7), TCP_DEFER_ACCEPT: a connection without a byte is none to the server.
measured<bool> measure_defer_accept(const condition_evidence& seen) {
    std::size_t held_count = 0;
    std::size_t deferred_count = 0;
    for (const cycle_record& record : seen.cycles) {
        for (const fault_record& fault : record.faults) {
            held_count += fault.delivered_count;
            deferred_count += static_cast<std::size_t>(
                std::ranges::count_if(fault.injections, [](const injection& one) {
                    return one.connection != 0 && !one.delivered && !one.unavailable &&
                           !one.server_closed;
                }));
        }
    }
    if (held_count + deferred_count == 0) {
        return {{}, why_unusable(seen)};
    }
    return {held_count == 0, "the server held " + std::to_string(held_count) + " of " +
                                 counted(held_count + deferred_count, "silent connection")};
}

}  // namespace

measured_running measure_running(const evidence_by_condition& running,
                                 const evidence_by_condition& stops, duration patience) {
    measured_running seen;
    seen.half_close = measure_half_close(evidence_of(running, "half_close"));
    seen.keep_alive_timeout =
        measure_keep_alive(evidence_of(running, "keep_alive_timeout"), patience);
    seen.header_timeout = measure_wait(evidence_of(running, "request_timeout"),
                                       {"one_byte", "partial_request"}, patience);
    seen.body_timeout =
        measure_wait(evidence_of(running, "body_timeout"), {"partial_request"}, patience);
    seen.drip_timeout = measure_drip(running, patience);
    seen.handshake_timeout =
        measure_wait(evidence_of(running, "handshake_timeout"), {"stalled_handshake"}, patience);
    seen.defer_accept = measure_defer_accept(evidence_of(stops, "silent"));
    seen.at_descriptor_limit = measure_shortage(evidence_of(running, "no_descriptor"));
    return seen;
}

}  // namespace stormdrain
