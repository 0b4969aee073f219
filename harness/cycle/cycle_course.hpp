#pragma once
// Which phase follows which: the cycle's decisions as pure functions. The runner carries them out.
//
//   preparing -> starting -> warming -> loading -> quiescing -> stopping -> examining -> done
//                   |          (at_rest only)      (at_rest only)   ^           ^
//                   +-- did not start ------------------------------|-----------+
//                              server ended by itself --------------+-----------+

#include "harness/cycle/cycle_record.hpp"
#include "harness/plan/suite.hpp"

namespace stormdrain {

enum class phase_result {
    done,          // what the phase is for was reached
    server_ended,  // the process is gone; there is nothing left to do to it
    failed,        // the phase could not reach its end (deadline, harness failure)
};

struct cycle_course {
    stop_moment at = stop_moment::at_rest;
    bool in_process = false;
};

cycle_phase next_phase(cycle_phase current, phase_result result, const cycle_course& course);

// Whether the harness compares descriptors before and after the load within this cycle: it needs a
// moment at which no connection is open, or (in_process) the fresh server after the restart.
bool takes_rest_census(const cycle_course& course);

}  // namespace stormdrain
