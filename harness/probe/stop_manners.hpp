#pragma once
// What a server does with its clients when it stops, read off the records by the very checks that
// judge it: what is written into a contract is what they would accept.

#include "harness/probe/measured.hpp"
#include "harness/probe/probe_evidence.hpp"

namespace stormdrain {

// Everything of one stop mode, with the times of its stops. `running` is for the promises that
// excuse a close, such as the keep-alive timeout.
measured_stop measure_stop(const evidence_by_condition& stops, const running_contract& running,
                           duration patience);

}  // namespace stormdrain
