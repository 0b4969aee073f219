#pragma once
// A results.jsonl as a value: what was planned, and what the checks said of each cycle. Enough to
// make every report again, of one run or of the shards of one (merged_run.hpp). The records of the
// cycles stay in the file.

#include "harness/report/run_results.hpp"

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct stored_cycle {
    std::size_t scenario = 0;   // index into the planned ones
    judged_cycle judged;        // without outcomes: it was repeated, and counts for nothing
    std::size_t file = 0;       // of several that are merged
    std::uint64_t line_at = 0;  // where its line begins there

    bool is_repeated() const { return judged.outcomes.empty(); }
};

struct stored_run {
    std::string file;
    // Nothing of the scenarios is judged; planned_count is of the whole plan, also of a shard.
    run_results planned;
    std::vector<stored_cycle> cycles;
    bool has_end = false;  // false: it was killed, or still goes on
};

// Throws config_error with file and line. A last line that is cut off is left out.
stored_run read_stored_run(const std::string& path);
// `file` is for messages.
stored_run read_stored_run(std::istream& lines, std::string_view file);

// In the order of the plan, whatever the order in which they ended.
void sort_by_plan(std::vector<stored_cycle>& cycles);

// The place of a cycle in the scenario's list; beyond it where it goes round until one fails.
std::uint64_t place_of(const stored_cycle& cycle, const run_results& planned);
std::uint64_t planned_cycles_of(const scenario_result& scenario, const run_facts& facts);

// Everything that reports say, judged once more by what is stored, in its order. Of a shard, its
// share of the plan. What a run that says that it was finished and not cut short should have, and
// has not, is absent.
run_results results_of(const stored_run& run);

}  // namespace stormdrain
