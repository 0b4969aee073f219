#pragma once
// The value that every report is made of.

#include "harness/base/seed.hpp"
#include "harness/checks/verdict.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace stormdrain {

struct run_facts {
    std::string stormdrain_version;
    std::string command;  // as invoked
    seed run_seed = 0;
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

// The complete command that replays the cycle of a finding.
std::string replay_command(const run_facts& facts, const scenario_result& scenario,
                           std::uint32_t cycle);

}  // namespace stormdrain
