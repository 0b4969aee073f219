#pragma once
// The files that an invocation names, read and checked. Everything wrong in any of them is shown at
// once, and nothing is started.

#include "harness/config/invocation.hpp"
#include "harness/config/problem.hpp"
#include "harness/plan/plan.hpp"

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace stormdrain {

struct run_inputs {
    // All that are in the plan: those of the command line, or those that each suite names.
    std::vector<std::shared_ptr<const target>> targets;
    plan planned;
};

// Where suites that are named without a path are looked for: ./suites, then those that belong to
// the program (installed_folders.hpp).
std::vector<std::string> suite_folders(const std::string& bin_folder);

// Throws config_error unless every target's program is there and may be run: nothing is started
// only to find that out.
void check_programs(const run_inputs& inputs, const std::string& bin_folder);

// A target may expect only findings that a check makes.
void check_known_findings(const target& server, std::vector<problem>& problems);

// Says which patterns of known findings name the suite and meet none of its scenarios: they keep
// nothing green, and nobody would miss what they wait for.
void warn_of_unmet_patterns(std::ostream& out, const target& server, const suite& from);

// Throws config_error, usage_error.
run_inputs read_inputs(const invocation& asked, const std::string& bin_folder);

}  // namespace stormdrain
