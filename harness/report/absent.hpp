#pragma once
// What was planned and is not there: the cycles of shards that nobody has complete results of.

#include "harness/report/run_results.hpp"

#include <string>
#include <vector>

namespace stormdrain {

// "25 of 100 planned cycles are absent: no complete results of shard 2/4"
std::string what_is_absent(const scenario_result& scenario);

// One line a reason, over all scenarios; empty: everything is there.
// "225 planned cycles of 9 scenarios are absent: no complete results of shard 2/4"
std::vector<std::string> all_that_is_absent(const run_results& results);

}  // namespace stormdrain
