#pragma once
// What all commands that carry cycles out need to know of them.

#include "harness/checks/check.hpp"
#include "harness/commands/inputs.hpp"
#include "harness/commands/program.hpp"
#include "harness/report/run_results.hpp"

namespace stormdrain {

run_facts facts_of(const program& self, const invocation& asked, const plan& planned);
// Throws usage_error: servers on a port of their own choice would meet each other there.
void check_jobs(const run_inputs& inputs, std::uint32_t jobs_count);

// By what the cycles of the scenario are judged.
promises promises_of(const planned_scenario& scenario);

}  // namespace stormdrain
