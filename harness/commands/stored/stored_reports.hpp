#pragma once
// Results that were run some other time, reported once more.

#include "harness/commands/program.hpp"
#include "harness/commands/stored/report_files.hpp"

namespace stormdrain {

// Writes the reports, says on the screen what a run says at its end, and judges as it does.
// `results_path` is only named.
exit_code show_stored(const program& self, const invocation& asked, const run_results& results,
                      const report_files& reports, const std::string& results_path);

}  // namespace stormdrain
