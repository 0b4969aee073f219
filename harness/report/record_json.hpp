#pragma once
// A cycle's record and its parts as JSON. Lengths of time are numbers that end in _ms, to the
// microsecond; instants count from the start of the cycle; what never happened is null; seeds are
// hexadecimal strings, because JSON's readers round large numbers.

#include "harness/checks/finding.hpp"
#include "harness/cycle/cycle_record.hpp"

#include <nlohmann/json_fwd.hpp>

namespace stormdrain {

nlohmann::json to_json_value(const cycle_record& record);
nlohmann::json to_json_value(const finding& what);

}  // namespace stormdrain
