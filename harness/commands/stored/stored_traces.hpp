#pragma once
// The timelines of failed cycles once more, of a results.jsonl alone.

#include <cstddef>
#include <string>

namespace stormdrain {

// Writes trace.json of every cycle that broke a promise into its folder below `folder`, where the
// run would have left it; of each scenario as many as a run keeps. Says how many there are. Throws
// environment_error.
std::size_t write_stored_traces(const std::string& results_path, const std::string& folder);

}  // namespace stormdrain
