#pragma once
// What a run says of each target: how many of its scenarios ended how, and the worst of it.

#include "harness/report/run_results.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace stormdrain {

struct target_total {
    std::string target;
    std::string version;       // as its program says; may be empty
    std::size_t passed = 0;    // scenarios, here and below
    std::size_t failed = 0;    // also those that a repair may have turned red
    std::size_t repaired = 0;  // known defects that were not seen any more
    std::size_t known = 0;
    std::size_t not_judged = 0;
    std::size_t skipped = 0;
    std::size_t not_run = 0;  // the budget, or the run, ended before their first cycle
    std::uint64_t cycles_count = 0;

    // Of what was run.
    verdict overall() const;
};

// In the order in which the run meets them.
std::vector<target_total> totals_by_target(const run_results& results);

// One line a target, as texts; the columns' names first.
std::vector<std::vector<std::string>> target_rows(const std::vector<target_total>& totals);

// Of the scenarios of all targets: "1 failed, 0 inconclusive, 4 passed, 2 skipped; 50 of 60
// planned".
std::string totals_line(const run_results& results);

}  // namespace stormdrain
