#pragma once
// A scenario as the JSON that it could be read from: loads and faults inline, a variant of a matrix
// or a cell of a grid as a scenario of its own.

#include "harness/plan/suite.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stormdrain {

// Every key that can change what its cycles do or how they are judged, also those that have their
// default: two scenarios with the same text do the same. Without name, amount, tags and lifecycle,
// of which that is not true.
std::string meaning_of(const scenario& what);

struct suite_frame {
    std::string name;  // of the suite
    std::string description;
    std::vector<std::string> target_files;
    std::string scenario_name;
    std::uint32_t cycles_count = 1;
};

// A suite of that one scenario, for people: indented, a key a line where it does not fit one.
// `scenario` is an object such as meaning_of() returns.
std::string suite_text(const suite_frame& frame, const std::string& scenario);

// That suite as the strict reader takes it; null where it refuses it. `file` is where it would be.
std::shared_ptr<const suite> read_scenario(const suite_frame& frame, const std::string& scenario,
                                           const std::string& file);

}  // namespace stormdrain
