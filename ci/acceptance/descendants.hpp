#pragma once
// Every process that a test brought into the world, however many parents died in between: the
// test is the subreaper of its descendants (prctl(2), PR_SET_CHILD_SUBREAPER).

#include "ci/acceptance/program.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace stormdrain::acceptance {

struct process {
    pid_t pid = 0;
    std::string command;
};

std::string to_text(const std::vector<process>& processes);

// From now on orphaned descendants become children of this process.
void adopt_orphans();

// Alive at this moment; reaps the adopted ones that are dead. Not to be called while a child's
// exit status is still wanted.
std::vector<process> living_descendants();

// Waits until there are none; those alive at the deadline are returned, and killed.
std::vector<process> descendants_left_at(clock::time_point deadline);

}  // namespace stormdrain::acceptance
