#pragma once
// What a server does with its clients while nobody stops it.

#include "harness/probe/measured.hpp"
#include "harness/probe/probe_evidence.hpp"

namespace stormdrain {

// `stops`: of any stop mode; silent connections are seen there.
measured_running measure_running(const evidence_by_condition& running,
                                 const evidence_by_condition& stops, duration patience);

}  // namespace stormdrain
