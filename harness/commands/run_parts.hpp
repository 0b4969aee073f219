#pragma once
// What commands that carry cycles out do alike; defined beside the run, which does all of it.

#include "harness/checks/check.hpp"
#include "harness/commands/inputs.hpp"
#include "harness/commands/program.hpp"
#include "harness/report/console.hpp"
#include "harness/report/run_results.hpp"

namespace stormdrain {

// Defined in run.cpp.
run_facts facts_of(const program& self, const plan& planned);
console_options screen_options(const invocation& asked);
// Throws usage_error: servers on a port of their own choice would meet each other there.
void check_jobs(const run_inputs& inputs, std::uint32_t jobs_count);

// Defined in results_book.cpp: by what the cycles of the scenario are judged.
promises promises_of(const planned_scenario& scenario);

}  // namespace stormdrain
