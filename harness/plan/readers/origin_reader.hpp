#pragma once
// The "origins" of a target: servers that the harness plays for a proxy.

#include "harness/config/object_reader.hpp"
#include "harness/origin/origin_plan.hpp"

#include <vector>

namespace stormdrain {

// In the file's order: the first is meant where none is named.
std::vector<origin_plan> read_origins(object_reader& root);

}  // namespace stormdrain
