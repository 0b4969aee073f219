#pragma once
// The value that every report is made of.

#include "harness/base/seed.hpp"
#include "harness/checks/verdict.hpp"
#include "harness/plan/shard_choice.hpp"
#include "harness/report/finding_history.hpp"
#include "harness/report/machine_facts.hpp"
#include "harness/statistics/binomial.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

// A file that was read for the run, and a number that only the same contents have.
struct input_file {
    std::string file;
    std::uint64_t digest = 0;
    bool operator==(const input_file&) const = default;
};

struct run_facts {
    std::string stormdrain_version;
    std::string command;                 // as invoked
    std::string program = "stormdrain";  // argv[0], for the commands that replay
    seed run_seed = 0;
    bool through_link = false;  // asked for, of all scenarios
    std::uint64_t plan_hash = 0;
    std::string hostname;
    std::string kernel;
    machine_facts machine;  // what it allowed
    std::chrono::system_clock::time_point began;
    std::map<std::string, std::string> target_versions;  // by target name
    std::vector<std::string> ab_files;  // of two builds that took turns; empty: there was one
    std::vector<input_file> inputs;     // suites and targets
    std::optional<shard_choice> shard;  // empty: all of the plan
    std::uint32_t attempt = 1;          // of the shard
    std::uint32_t replays_count = 1;    // of each cycle of the plan
};

struct run_results {
    run_facts facts;
    std::optional<finding_stories> stories;  // of a run that keeps a history
    std::vector<scenario_result> scenarios;
    duration took{};
    bool finished = false;          // false: the file was written before the end
    std::string cut_short_because;  // why fewer cycles than planned were run; empty: all were
    // Nothing of the plan falls to this shard. That is no failure, and no empty report.
    bool nothing_to_do = false;
};

// The complete command that replays the cycle of a finding, or all cycles up to it where it shows
// over cycles only; quoted for a shell.
std::string replay_command(const run_facts& facts, const scenario_result& scenario,
                           const finding& what);

// Of the checks of a scenario that which was broken most often, else judged most often; null: it
// has none.
const check_result* leading_check(const scenario_result& scenario);

// "3 of 2000 cycles (0.15 %, 95 % interval 0.031 % .. 0.44 %)"; of what shows over cycles only
// "over 2000 cycles".
std::string occurrence(const check_result& result);
// "2.8 % .. 18.4 %" with 95 % confidence; "< 4.9 %" of what was never seen.
std::string range_text(const hit_count& seen);
// "8.3 %, 95 % interval 2.8 % .. 18.4 %"
std::string rate_text(const hit_count& seen);

// Of what was broken, a line for each of its identities: "identity 3f2a91bc: first seen 2026-11-20
// (night 3), last seen ..." where there is a history; how often, where there are several.
std::vector<std::string> identity_lines(const run_results& results, const scenario_result& scenario,
                                        const check_result& result);

// Of a run that repeats cycles, a line for each scenario and what broke in it: "shutdown_deadline
// in 5 of 60 replays: 8.3 %, 95 % interval ..."; or that nothing did, and what that says.
std::vector<std::string> replay_lines(const run_results& results);

// The same, and what the first of them showed; only that where it shows over all cycles.
std::string what_broke(const check_result& result);

// "none of 1500 cycles: at most 0.2 % at 95 % confidence; 1500 of 2000 planned cycles were run"
std::string strength(const check_result& result, const scenario_result& scenario);

}  // namespace stormdrain
