#pragma once
// Reads target.json. Ten lines are enough: what is not said has a default that any server keeps.

#include "harness/config/problem.hpp"
#include "harness/plan/target.hpp"

#include <memory>
#include <string>
#include <vector>

namespace stormdrain {

// Null when the file had a problem. Templates of rendered files are read as well.
std::shared_ptr<const target> read_target(const std::string& path, std::vector<problem>& problems);

}  // namespace stormdrain
