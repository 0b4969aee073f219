#pragma once
// Reads a results.jsonl again: how often each promise of each scenario was judged and broken, and
// how long its stops took. Of a run that was killed, or still goes on, what it wrote so far.

#include "harness/base/seed.hpp"
#include "harness/statistics/binomial.hpp"

#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct check_tally {
    hit_count broken;     // of the cycles that could be judged
    std::string message;  // of the first finding
};

// What all processes of a server held at rest in one cycle.
struct rest_sample {
    std::uint32_t cycle = 0;
    std::uint32_t process_number = 0;
    std::map<std::string, std::uint64_t> descriptors;  // by kind
    std::uint64_t threads_count = 0;
    std::uint64_t resident_bytes = 0;
};

struct scenario_tally {
    std::uint64_t planned_count = 0;
    std::uint64_t done_count = 0;
    std::map<std::string, check_tally> checks;
    std::vector<rest_sample> at_rest;   // of the process that lived longest; in_process only
    std::vector<double> stop_times_ms;  // of the stops that came to an end, T0 to TE
};

struct run_tally {
    std::string file;
    std::string began;  // as UTC
    std::string run_seed;
    std::map<std::string, scenario_tally> scenarios;  // by id; also those of which nothing was run
    bool finished = false;
};

// A folder of results, or a results.jsonl. Throws config_error with file and line.
run_tally read_results(const std::string& path);
// `file` is for messages.
run_tally read_results(std::istream& lines, std::string_view file);

}  // namespace stormdrain
