#pragma once
// Scenarios as typed values: load x faults x stop moment x expectations, and how many cycles.

#include "faults/fault.hpp"
#include "harness/base/time.hpp"
#include "harness/load/load_profile.hpp"
#include "harness/plan/expectations.hpp"
#include "harness/plan/grid_cell.hpp"
#include "harness/plan/link_use.hpp"
#include "harness/plan/stop_moment.hpp"
#include "harness/plan/target.hpp"
#include "harness/process/output/output_sink.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

struct fault_use {
    std::string name;  // of the suite's fault, or its kind
    std::string kind;
    std::string port;
    std::shared_ptr<const fault> what;  // shared by all cycles of the expanded scenarios
    std::string settings;               // of the kind's own keys, all that hold, as JSON
    // Either a fixed number of connections or a share of the load's clients (at least one).
    std::uint32_t connections_count = 0;
    double share = 0.0;
    std::uint32_t times = 1;  // one after the other, in each slot
};

struct stop_choice {
    std::string mode = "graceful";
    stop_moment at = stop_moment::at_rest;
    duration between_min{};  // during_load, accept_burst: seeded uniform offset
    duration between_max{};
};

struct scenario {
    // With the matrix' suffixes, "stop_moments/at=idle,faults=reset", or as a cell of a grid,
    // "cells/silent@second_signal".
    std::string name;
    std::string description;
    std::vector<std::string> tags;
    std::optional<load_profile> load;  // empty: no load, faults only
    std::vector<fault_use> faults;
    std::vector<link_use> links;  // at different places
    stop_choice stop;
    output_sink log_sink = output_sink::pipe;  // of what the server prints
    std::uint32_t cycles_count = 1;
    std::optional<duration> budget;
    std::optional<duration> exit_within;  // tightens the contract
    expectations expected;
    std::optional<target_lifecycle> lifecycle;  // it means something to such targets only
    bool restart = false;  // afterwards it must start again, same folder and ports
    int line = 0;          // in the suite file, for annotations
    std::optional<grid_cell> cell;
    std::string excluded_because;  // of a grid: the file says that the pair makes no sense
};

struct suite {
    std::string name;
    std::string file;
    std::string description;
    std::vector<std::string> target_files;  // relative to the suite's file, resolved
    std::vector<scenario> scenarios;        // matrix and grid expanded
    // Others, as far as this one wants them. They keep their names, and so their ids and seeds.
    std::vector<std::shared_ptr<const suite>> included;
};

}  // namespace stormdrain
