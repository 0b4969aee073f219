#pragma once
// Reads the key "known" of a target: the defects that it is known to have.

#include "harness/config/object_reader.hpp"
#include "harness/plan/known_finding.hpp"

#include <vector>

namespace stormdrain {

// Nothing is known when the key is absent. Whether there is such a finding is asked where checks
// are known.
std::vector<known_finding> read_known_findings(object_reader& root);

}  // namespace stormdrain
