#pragma once
// Plans without files, for the tests of what hands out their cycles.

#include "harness/plan/plan.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace stormdrain {

inline planned_scenario scenario_of(std::uint32_t cycles_count,
                                    target_lifecycle lifecycle = target_lifecycle::process,
                                    std::optional<duration> budget = {}) {
    auto server = std::make_shared<target>();
    server->lifecycle = lifecycle;
    auto from = std::make_shared<suite>();
    from->scenarios.emplace_back().budget = budget;
    planned_scenario scenario;
    scenario.server = server;
    scenario.from = from;
    for (std::uint32_t index = 0; index < cycles_count; ++index) {
        scenario.cycles.push_back(index);
    }
    return scenario;
}

inline plan plan_of(std::vector<planned_scenario> scenarios) {
    plan planned;
    planned.scenarios = std::move(scenarios);
    return planned;
}

}  // namespace stormdrain
