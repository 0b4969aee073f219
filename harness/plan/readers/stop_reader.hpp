#pragma once
// Reads the key "stop" of a scenario, or of a part of one: mode, moment, and when.

#include "harness/config/object_reader.hpp"
#include "harness/plan/suite.hpp"

#include <set>
#include <string>

namespace stormdrain {

// What the file does not say stays as it is. Returns which of "mode", "at", "between" it says.
std::set<std::string> read_stop(object_reader& scenario_keys, stop_choice& stop);

}  // namespace stormdrain
