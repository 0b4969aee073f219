#pragma once
// In which order a run with a budget meets scenarios for the first time, so that a budget that ends
// amid it has looked at every target, and there at a bit of everything.

#include "harness/plan/plan.hpp"

#include <cstddef>
#include <vector>

namespace stormdrain {

// The rank of each scenario of the plan; several of different targets may share one. Each target
// begins with one scenario for each defect that it is known to have: whether that is still seen is
// the first thing to know. The others follow in strides over the target's suites. Those that are
// skipped have a rank without a meaning.
std::vector<std::size_t> opening_order(const plan& planned);

}  // namespace stormdrain
