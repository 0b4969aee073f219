#pragma once
// A link of a scenario: a proxy in the path (faults/link) between its load and the target, or
// between the target and its origins, with the toxics that are on it. The harness plays it as it
// plays origins.

#include "faults/held_condition.hpp"
#include "faults/link/toxic_spec.hpp"
#include "harness/base/time.hpp"
#include "harness/plan/link_place.hpp"

#include <span>
#include <string>
#include <vector>

namespace stormdrain {

struct link_use {
    std::string name;  // of the suite's link; "link" when it has none
    link_place between = link_place::load_and_target;
    std::string only;  // that port of the target, or that origin; empty: each has a link of its own
    std::vector<toxic_spec> toxics;
};

path_delay delay_of(const link_use& link);
// The worst of all links at that place.
path_delay delay_of(std::span<const link_use> links, link_place between);

// What a server holds at the stop whose clients are behind these links: a path that lets little or
// nothing through makes slow or silent clients of all.
std::vector<held_condition> conditions_of(std::span<const link_use> links);

// By that much a stop may take longer: round_trips_of_stop of all links.
duration allowance_of(std::span<const link_use> links);

}  // namespace stormdrain
