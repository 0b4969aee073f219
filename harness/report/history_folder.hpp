#pragma once
// The folder in which runs keep what they found, for the runs after them: one small file a run,
// written whole and never changed. So two runs at once lose nothing of each other, folders of
// several machines are put together by copying, and a file that is broken takes no other with it.

#include "harness/report/finding_history.hpp"
#include "harness/report/run_results.hpp"

#include <string>

namespace stormdrain {

// Makes the folder where there is none. Throws config_error that names file, line and column where
// a night cannot be read, environment_error where the folder cannot be used; it changes nothing.
finding_history read_history(const std::string& folder);

// The history as it was when the run began, whose results are reported once more: without its own
// night and those that began later. The folder is only looked at: it may be read-only, and is to be
// there.
finding_history history_before(const std::string& folder, const run_facts& facts);

// Adds the night of this run; of a run that was written before, writes the same file again. Nights
// beyond finding_history::nights_max go, the oldest first. Throws environment_error.
void write_night(const std::string& folder, const night& tonight, const run_facts& facts);

}  // namespace stormdrain
