#pragma once
// Whether results belong together: what merge demands of them.

#include "harness/report/stored_run.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// What the other has else: another seed, suite, target, version or division. Empty: both are of one
// plan.
std::string other_plan(const stored_run& first, const stored_run& other);

// Throws config_error, a line for each file that is not of the plan of the first.
void check_one_plan(const std::vector<stored_run>& runs);

// Throws config_error when two of the files have the same cycle. `files` are their names.
void check_once(const stored_run& whole, const std::vector<std::string>& files);

// The command line as it is without --shard, --shard-cycles and --attempt: the shards' common one.
std::string without_shard_options(std::string_view command);

}  // namespace stormdrain
