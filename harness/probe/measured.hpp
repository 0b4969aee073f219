#pragma once
// What the cycles of a probe say of a contract: plain values, each with its evidence.

#include "harness/plan/contract.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

template <class Value>
struct measured {
    std::optional<Value> value;  // empty: it could not be measured
    std::string evidence;        // "3 of 3 cycles, 10.2 to 12.1 ms"; or why it could not
    bool operator==(const measured&) const = default;
};

// Of one stop mode.
struct measured_stop {
    // As long as the longest took; unbounded: one was not over when the probe's patience was. The
    // time with nothing held is that of held_condition::none.
    std::map<held_condition, measured<exit_promise>> times;
    measured<in_flight_promise> in_flight;
    measured<listener_promise> listener;
    measured<connections_promise> connections_at_exit;
    measured<bool> drains_backlog;
    measured<std::vector<legal_exit>> exit_status;
    measured<std::vector<legal_exit>> exit_status_after_second_signal;
    measured<idle_promise> idle_keep_alive;
    measured<becomes_idle_promise> becomes_idle;
    measured<second_signal_promise> second_signal;
    // What became of the process when the stop came at any moment of its start.
    measured<std::string> during_start;
};

// While it runs.
struct measured_running {
    measured<half_close_promise> half_close;
    measured<duration> keep_alive_timeout;
    // Until it ended the last client that did not go on; unbounded: one was not ended.
    measured<exit_promise> header_timeout;
    measured<exit_promise> body_timeout;
    measured<exit_promise> drip_timeout;  // of a request that goes on, a byte at a time
    measured<exit_promise> handshake_timeout;
    measured<bool> defer_accept;
    measured<descriptor_limit_promise> at_descriptor_limit;
};

}  // namespace stormdrain
