#pragma once
// Records as a probe's cycles leave them, for tests.

#include "harness/probe/probe_evidence.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace stormdrain::testing_probes {

using namespace std::chrono_literals;

inline constexpr since_start stop_at = 2s;
inline constexpr duration patience = 15s;

// A stop that took so long.
inline cycle_record stopped_after(duration took) {
    cycle_record record;
    record.reached = cycle_phase::done;
    record.stop.triggered = stop_at;
    record.stop.listener_gone = stop_at + 1ms;
    record.stop.finished = stop_at + took;
    record.stop.deadline = stop_at + patience;
    record.exit.emplace();  // exit 0
    record.exited = record.stop.finished;
    return record;
}

// A stop that was not over when the patience was.
inline cycle_record never_stopped(std::string why) {
    cycle_record record = stopped_after(patience);
    record.stop.finished.reset();
    record.stop.listener_gone.reset();
    record.stop.escalations.push_back({"SIGKILL", record.stop.deadline});
    record.stop.hang.emplace();
    record.stop.hang->cause = hang_cause::stuck_connection;
    record.stop.hang->why = std::move(why);
    record.exit->native = 9;
    return record;
}

inline injection delivered() {
    injection one;
    one.connection = 1;
    one.delivered = true;
    one.struck = stop_at - 100ms;
    return one;
}

inline cycle_record with_fault(cycle_record record, std::string kind, injection seen) {
    fault_record& fault = record.faults.emplace_back();
    fault.kind = std::move(kind);
    fault.planned_count = 1;
    fault.delivered_count = seen.delivered ? 1 : 0;
    fault.injections.push_back(std::move(seen));
    return record;
}

inline condition_evidence cycles(std::vector<cycle_record> records) {
    return {std::move(records), ""};
}

}  // namespace stormdrain::testing_probes
