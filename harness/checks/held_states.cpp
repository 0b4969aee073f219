#include "harness/checks/held_states.hpp"

#include "harness/checks/evidence.hpp"
#include "harness/plan/stop_moment.hpp"

#include <algorithm>
#include <optional>

namespace stormdrain {
namespace {

std::string is_in(const held_at& seen) {
    return "the server's socket was " + std::string(to_text(seen.server_state));
}

// Who says nothing more may have its answer, and the close behind it, before the stop; so may who
// was told of the close.
bool may_be_over(held_condition condition, const injection& one) {
    return condition == held_condition::half_closed ||
           (condition == held_condition::fin_ignored && one.close_announced.value_or(false));
}

const held_at* find(const connections_held_at& look, connection_id id) {
    const auto found =
        std::ranges::find_if(look.rows, [id](const held_at& row) { return row.client.id == id; });
    return found == look.rows.end() ? nullptr : &*found;
}

// Connections of faults are kept first: one that is missing was gone, unless there were too many.
bool shows_all_faults(const connections_held_at& look) {
    return look.count <= connections_held_at::rows_max;
}

std::optional<since_start> closed_by_server(held_condition condition, const injection& one) {
    if (condition == held_condition::fin_ignored) {
        return one.server_released;  // until then it waits for the client's own FIN
    }
    return ended_by_server(one);
}

// Empty: it stood, or nobody can tell.
std::string why_not_standing(held_condition condition, const injection& one,
                             const stop_record& stop) {
    const since_start stop_at = *stop.triggered;
    const std::string who = "connection " + std::to_string(one.connection);
    if (!one.delivered) {
        return one.proof;
    }
    if (one.struck > stop_at) {
        return who + " stood only after the stop";
    }
    const std::optional<since_start> closed = closed_by_server(condition, one);
    const bool was_closed = closed && *closed < stop_at;
    const bool was_over = one.ended < stop_at;
    if (may_be_over(condition, one) && (was_closed || (was_over && one.response_complete))) {
        return {};
    }
    if (was_closed) {
        return who + " was closed by the server " + to_text(stop_at - *closed) + " before the stop";
    }
    if (was_over) {
        return who + " was over " + to_text(stop_at - one.ended) + " before the stop";
    }
    const auto& look = stop.held_at_trigger ? stop.held_at_trigger : stop.held_before_trigger;
    if (!look) {
        return {};
    }
    const held_at* const seen = find(*look, one.connection);
    // What the client read only behind the stop, the server may have sent and closed before it.
    const bool may_be_gone =
        may_be_over(condition, one) && (one.response_complete || closed.has_value());
    if (seen == nullptr && (may_be_gone || !shows_all_faults(*look))) {
        return {};
    }
    const std::string why = why_not_shown(condition, seen);
    return why.empty() ? why : "of " + who + " " + why;
}

// A window of HTTP/2 that stays shut leaves nothing in the server's socket: to the kernel it is a
// request that is being handled.
held_condition seen_by_kernel(const fault_record& fault) {
    return fault.kind == "http2_stalled_window" ? held_condition::in_flight : fault.holds;
}

std::string why_not_reached(const fault_record& fault, const stop_record& stop) {
    if (fault.injections.empty()) {
        return "the stop came before it stood";
    }
    std::string first;
    for (const injection& one : fault.injections) {
        const std::string why = why_not_standing(seen_by_kernel(fault), one, stop);
        if (why.empty()) {
            return {};
        }
        first = first.empty() ? why : first;
    }
    return first;
}

}  // namespace

std::string why_not_shown(held_condition condition, const held_at* seen) {
    if (seen == nullptr) {
        return "the server had no socket any more";
    }
    if (!seen->accepted) {
        return "the server had not accepted it";
    }
    const bool is_established = seen->server_state == tcp_state::established;
    switch (condition) {
        case held_condition::half_closed:
            // It has read our FIN, or answers still; what it closes itself goes to LAST_ACK.
            return seen->server_state == tcp_state::close_wait ||
                           seen->server_state == tcp_state::last_ack
                       ? ""
                       : is_in(*seen);
        case held_condition::stalled_reader:
            return is_established && seen->send_queue_bytes == 0
                       ? "the server had nothing more to send"
                   : is_established ? ""
                                    : is_in(*seen);
        case held_condition::idle_keep_alive:
            // What it has sent may lack an acknowledgement: those of a quiet client are delayed.
            return is_established && seen->receive_queue_bytes > 0 ? "something was still under way"
                   : is_established                                ? ""
                                                                   : is_in(*seen);
        case held_condition::fin_ignored:
            return is_established || seen->server_state == tcp_state::fin_wait_1 ||
                           seen->server_state == tcp_state::fin_wait_2
                       ? ""
                       : is_in(*seen);
        default:
            return is_established ? "" : is_in(*seen);
    }
}

std::string why_state_not_reached(const cycle_record& record) {
    const stop_record& stop = record.stop;
    // At rest nothing is to be held any more, and a stop that never came found nothing.
    if (!stop.triggered || stop.moment == to_text(stop_moment::at_rest)) {
        return {};
    }
    for (const fault_record& fault : record.faults) {
        if (fault.holds == held_condition::none) {
            continue;
        }
        std::string why = why_not_reached(fault, stop);
        if (!why.empty()) {
            return "the state " + std::string(to_text(fault.holds)) + " was not reached: " + why;
        }
    }
    return {};
}

}  // namespace stormdrain
