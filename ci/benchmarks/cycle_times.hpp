#pragma once
// The instants of a cycle that the benchmark compares, out of results.jsonl.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain::benchmarks {

struct hang_times {
    double deadline_to_kill_ms = 0;
    double watched_ms = 0;  // of that: the fixed interval in which the use of CPU is looked at
    std::uint64_t stacks_count = 0;
    std::string stacks_missing;  // why; empty: all were read
};

// Times from the cycle's start, unless they say otherwise.
struct cycle_times {
    double total_ms = 0;
    double launched_ms = 0;
    // Until the harness knew of the exit. Not the exit's own instant in the record: that leaves out
    // the time for which the process was held back to be looked at, which is what is wanted here.
    double stop_to_exit_ms = 0;
    double server_cpu_ms = 0;  // of its whole tree
    double load_ms = 0;        // from the load's first request to the stop
    std::uint64_t requests_count = 0;
    std::string witness;  // how the exit was seen: "none", "seccomp", ...
    std::uint64_t descriptors_at_exit_count = 0;
    std::optional<double> fault_ms;   // from the load's first request to the fault's end
    std::uint64_t unusual_count = 0;  // requests that were not simply answered
    std::optional<hang_times> hang;
};

// One a cycle, in their order. Throws std::runtime_error for a cycle that did not get as far as to
// have all of it: it cannot be compared with one that did.
std::vector<cycle_times> read_cycle_times(const std::string& results);

}  // namespace stormdrain::benchmarks
