#pragma once
// How often a scenario is run, and for how long: the same keys wherever it can be said.

#include "harness/config/object_reader.hpp"
#include "harness/plan/suite.hpp"

#include <cstdint>
#include <optional>

namespace stormdrain {

struct amount {
    std::optional<std::uint32_t> cycles_count = {};
    std::optional<duration> budget = {};
};

// Reads "cycles" and "budget".
amount read_amount(object_reader& keys);

// What is not given stays.
void set_amount(scenario& of, const amount& given);

}  // namespace stormdrain
