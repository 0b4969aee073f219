#pragma once
// What one cycle does, drawn from its seed before anything is started: the same on every machine,
// in every shard and beside any number of jobs. When it does it is up to server and machine.

#include "harness/plan/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace stormdrain {

// The offset of the scenario's stop.
duration seeded_offset(const stop_choice& stop, seed cycle_seed);

// Of the jitter around the stop moment.
seed moment_seed(seed cycle_seed);

// How many connections a fault takes.
std::uint32_t connections_of(const fault_use& use, const std::optional<load_profile>& load);

// One of them. All that the fault draws there comes of its seed.
struct fault_turn {
    std::size_t fault = 0;     // index into the scenario's
    std::uint32_t number = 0;  // of the connection, among the fault's
    std::uint32_t time = 0;    // one after the other, on that connection
};
seed fault_seed(const scenario& what, const fault_turn& turn, seed cycle_seed);

// One number for all of it: what the scenario says, and everything that is drawn.
std::uint64_t cycle_plan_hash(const planned_scenario& planned, seed cycle_seed);

// Of what the scenario says that a cycle does; how many cycles there are is no part of it, so that
// a cycle that is replayed alone has the plan that it had.
std::uint64_t scenario_hash(const scenario& what);

}  // namespace stormdrain
