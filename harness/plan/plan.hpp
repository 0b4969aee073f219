#pragma once
// Everything that will run: every (target, scenario, cycle) with its seed. Pure: filtering,
// sharding and replay take subsets of it, and nothing else decides what runs.

#include "harness/base/seed.hpp"
#include "harness/plan/suite.hpp"
#include "harness/plan/target.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

struct planned_scenario {
    std::string id;  // "target/suite/scenario[/variant]"
    std::shared_ptr<const target> server;
    std::shared_ptr<const suite> from;
    std::size_t scenario_index = 0;
    // Why it cannot run on this target (a route or a stop mode it has not); empty: it can.
    std::string skipped_because;
    std::vector<std::uint32_t> cycles;  // indices, ascending; several times where it is replayed
    std::size_t first_place = 0;        // of these among the scenario's, where others have a part
    std::uint32_t replays_before = 0;   // of the first of them, by others

    // Its requests are scripts on raw TCP.
    bool is_scripted() const;
    const scenario& what() const { return from->scenarios[scenario_index]; }
};

struct plan {
    seed run_seed = 0;
    std::vector<planned_scenario> scenarios;

    std::uint64_t cycles_count() const;
    // One number for the whole plan: equal plans have equal hashes on every machine.
    std::uint64_t hash() const;
};

struct plan_request {
    seed run_seed = 0;
    std::string filter = "*";       // gtest's grammar over ids
    std::vector<std::string> tags;  // only scenarios with one of these; empty: all
    // --cycle: exactly these, also beyond the suite's count, so that any cycle can be replayed
    // alone; empty: all.
    std::vector<std::uint32_t> only_cycles;
    std::optional<std::uint32_t> cycles_count;  // --cycles: instead of the suite's
    std::uint32_t replays_count = 1;            // --replay: of each of them
};

// A suite and what it runs on: its own targets, or those of the command line.
struct suite_on_targets {
    std::shared_ptr<const suite> what;
    std::vector<std::shared_ptr<const target>> targets;
};

// Throws config_error when two scenarios have the same id.
plan make_plan(const std::vector<suite_on_targets>& suites, const plan_request& request);

// gtest's filter: patterns with * and ?, alternatives by ':', exclusions after the first '-' (ids
// have none).
bool matches_filter(std::string_view id, std::string_view filter);

}  // namespace stormdrain
