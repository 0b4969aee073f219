#pragma once
// The shards of one plan as one run. Each counts once: of several complete attempts at a shard the
// first, and of one that was killed nothing. What nobody has complete results of is absent.

#include "harness/report/stored_run.hpp"

#include <string>
#include <vector>

namespace stormdrain {

struct merged_run {
    stored_run whole;                // stored_cycle::file is an index into `files`
    std::vector<std::string> files;  // that were taken, in the order of their shards
    // What a person should know of the others: a second attempt and whether it says the same, one
    // that did not come to its end, a shard that is absent.
    std::vector<std::string> notes;
};

// Throws config_error that names the files when they are not of one plan, or when two shards have
// carried out the same cycle. `runs` must not be empty.
merged_run merged(std::vector<stored_run> runs);

}  // namespace stormdrain
