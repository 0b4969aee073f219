#pragma once
// The one line that says how far a run is.

#include "harness/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace stormdrain {

struct run_progress {
    duration elapsed{};
    std::optional<duration> budget;  // of the run: it ends then, whatever was planned
    std::uint64_t done_count = 0;    // of cycles, all three
    std::uint64_t planned_count = 0;
    std::uint64_t red_count = 0;
    std::string scenario;  // that is carried out now
};

// "02:14:07  31%  6240/20000 cycles  0 red  salvo/shutdown/steady  48/s  eta 04:41:00". In a narrow
// terminal the scenario loses its beginning, and what can be worked out of the rest goes. 0: there
// is no end to the line.
std::string progress_line(const run_progress& of, std::size_t columns);

// "02:14:07"
std::string hours(duration length);

}  // namespace stormdrain
