#pragma once
// Asks every target for its version once, so that a report says which build it speaks of.

#include "harness/cycle/run_environment.hpp"
#include "harness/plan/target.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace stormdrain {

// By target name; "unknown (why)" where the command fails. A target without one is left out.
std::map<std::string, std::string> ask_versions(
    const std::vector<std::shared_ptr<const target>>& targets, run_environment& environment,
    const std::string& folder);

}  // namespace stormdrain
