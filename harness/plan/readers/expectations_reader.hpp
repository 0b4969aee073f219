#pragma once
// Reads the key "expect" of a scenario: what its load must come to.

#include "harness/config/object_reader.hpp"
#include "harness/plan/expectations.hpp"

namespace stormdrain {

// Nothing is expected when the key is absent.
expectations read_expectations(object_reader& scenario_keys);

}  // namespace stormdrain
