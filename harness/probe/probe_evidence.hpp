#pragma once
// What a probe saw: the records of its cycles by what they were to measure.

#include "harness/cycle/cycle_record.hpp"

#include <map>
#include <string>
#include <vector>

namespace stormdrain {

struct condition_evidence {
    std::vector<cycle_record> cycles;
    std::string skipped_because;  // a route or a port that the target does not have; empty: it ran
};

// By the name of the scenario in suites/probe.json: "idle_keep_alive".
using evidence_by_condition = std::map<std::string, condition_evidence, std::less<>>;

struct probe_evidence {
    std::map<std::string, evidence_by_condition, std::less<>> stops;  // by stop mode
    evidence_by_condition running;
};

}  // namespace stormdrain
