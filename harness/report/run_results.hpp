#pragma once
// The value that every report is made of.

#include "harness/base/seed.hpp"
#include "harness/checks/verdict.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace stormdrain {

struct run_facts {
    std::string stormdrain_version;
    std::string command;                 // as invoked
    std::string program = "stormdrain";  // argv[0], for the commands that replay
    seed run_seed = 0;
    bool through_link = false;  // asked for, of all scenarios
    std::uint64_t plan_hash = 0;
    std::string hostname;
    std::string kernel;
    std::chrono::system_clock::time_point began;
    std::map<std::string, std::string> target_versions;  // by target name
};

struct run_results {
    run_facts facts;
    std::vector<scenario_result> scenarios;
    duration took{};
    bool finished = false;  // false: the file was written before the end
};

// The complete command that replays the cycle of a finding, or all cycles up to it where it shows
// over cycles only; quoted for a shell.
std::string replay_command(const run_facts& facts, const scenario_result& scenario,
                           const finding& what);

// "3 of 2000 cycles (0.15 %; at most 0.39 % at 95 % confidence)"
std::string occurrence(const check_result& result);

// The same, and what the first of them showed; only that where it shows over all cycles.
std::string what_broke(const check_result& result);

// "none of 1500 cycles: at most 0.2 % at 95 % confidence; 1500 of 2000 planned cycles were run"
std::string strength(const check_result& result, const scenario_result& scenario);

}  // namespace stormdrain
