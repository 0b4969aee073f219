#pragma once
// What is said of a kind of fault: all of it asked of the kind itself.

#include "faults/fault.hpp"
#include "harness/commands/explain/explanation.hpp"

namespace stormdrain {

explanation explain_fault(const fault_kind& kind);

// The kinds whose connections a stop may find in this condition, with their usual settings or with
// others.
std::vector<std::string> faults_that_hold(held_condition condition);

}  // namespace stormdrain
