#pragma once
// What becomes of a server's process when it is asked to stop.

#include "harness/probe/measured.hpp"
#include "harness/probe/probe_evidence.hpp"

#include <string>
#include <vector>

namespace stormdrain {

// A status that came only where connections were open is legal there alone (lighttpd).
measured<std::vector<legal_exit>> measure_exit(const evidence_by_condition& stops);
measured<std::vector<legal_exit>> measure_second_exit(const evidence_by_condition& stops);

// Of stops that came at any moment of the start: "ends", or "lost".
measured<std::string> measure_start(const evidence_by_condition& stops);

}  // namespace stormdrain
