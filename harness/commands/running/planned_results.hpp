#pragma once
// A plan as the results of which nothing is known yet.

#include "harness/plan/plan.hpp"
#include "harness/report/run_results.hpp"

namespace stormdrain {

scenario_result blank_result(const planned_scenario& scenario);

// Of the whole plan, and which part of it the shard of `facts` undertakes.
run_results planned_results(const plan& whole, const run_facts& facts);

// Every suite and target of the plan, in its order, with the templates of the targets.
std::vector<input_file> inputs_of(const plan& whole);

}  // namespace stormdrain
