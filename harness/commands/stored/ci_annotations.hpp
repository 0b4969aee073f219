#pragma once
// What a run, or its reports made again, say to the CI engine that they run under.

#include "harness/commands/program.hpp"
#include "harness/commands/stored/report_files.hpp"
#include "harness/report/run_results.hpp"

namespace stormdrain {

// Nothing where there is no engine, or none is wanted.
void annotate(const program& self, const run_results& results, const report_files& reports);

}  // namespace stormdrain
