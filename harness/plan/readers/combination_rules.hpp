#pragma once
// What no key of a scenario shows alone: loads, faults and stop moments that do not fit together.

#include "harness/config/object_reader.hpp"
#include "harness/plan/suite.hpp"

#include <vector>

namespace stormdrain {

// Of a scenario's combinations; each complaint once, with the first one that earns it.
// `offset_given`: the scenario says when between load and stop its moment is.
void complain_of_combinations(object_reader& keys, const std::vector<scenario>& variants,
                              bool offset_given);

}  // namespace stormdrain
