#pragma once
// What is broken, each defect once, in however many scenarios it shows: what a maintainer wants to
// know first.

#include "harness/report/run_results.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stormdrain::page {

struct defect {
    const scenario_result* scenario = nullptr;  // where it shows most often
    const check_result* result = nullptr;
    std::string fingerprint;             // may be empty
    const finding* sample = nullptr;     // one of it; null: none was kept
    std::vector<std::string> scenarios;  // ids, in the order of the run
    std::uint64_t broken_count = 0;      // cycles, in all of them
};

// Those with the most broken cycles first. The results outlive them.
std::vector<defect> defects_of(const run_results& results, verdict outcome);

}  // namespace stormdrain::page
