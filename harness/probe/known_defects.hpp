#pragma once
// What a server does for a defect that its file knows is no promise of it. Written down as one, the
// defect would be legal from then on, and its `known` finding would be missed: "repaired?".

#include "harness/plan/contract.hpp"
#include "harness/plan/known_finding.hpp"
#include "harness/probe/measured.hpp"

#include <string>
#include <vector>

namespace stormdrain {

struct promisable {
    measured_stop stop;             // what may be written
    std::vector<std::string> kept;  // "silent stays 2 s: ...": what was left out of it, and why
};

// Leaves out what is worse than the contract says where the target has a known finding that is
// about it: then the contract stays. Whether it is that defect, only a person can tell.
promisable without_known_defects(measured_stop seen, const contract& written,
                                 const std::vector<known_finding>& known);

}  // namespace stormdrain
