#pragma once
// Clients that a server waited for, and cycles with one of them, for tests of what is overdue.

#include "harness/checks/record_builder.hpp"

#include <string>
#include <utility>

namespace stormdrain::testing_records {

// A client of a fault that struck at 1 s and gave up after so long.
inline injection waited_for(duration length, std::string proof) {
    injection one;
    one.delivered = true;
    one.proof = std::move(proof);
    one.struck = 1s;
    one.ended = one.struck + length;
    return one;
}

// The same, but it was the server that ended it.
inline injection closed_by_server(injection one) {
    one.server_closed = one.ended - 1ms;
    return one;
}

// The only one of its fault, long before the stop.
inline cycle_record with_injection(injection one, std::string kind, std::string point = "") {
    cycle_record record = clean_record();
    record.stop.triggered = 60s;
    fault_record& fault = record.faults.emplace_back();
    fault.kind = std::move(kind);
    fault.point = std::move(point);
    fault.planned_count = 1;
    fault.delivered_count = one.delivered ? 1 : 0;
    fault.injections.push_back(std::move(one));
    return record;
}

}  // namespace stormdrain::testing_records
