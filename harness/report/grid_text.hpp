#pragma once
// The grid as a person at a console, or in a CI log, sees it: a compact table, and below it a line
// for each cell that is not green, with the command that replays it.

#include "harness/report/run_results.hpp"

#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace stormdrain {

// Colors a word by the verdict that it stands for.
using verdict_painter = std::function<std::string(std::string_view word, verdict outcome)>;

// Writes nothing when the run had no grid. A grid that is wider than the terminal is written in
// parts, one below the other; 0 columns: there is no end to a line.
void write_grid_text(std::ostream& out, const run_results& results, std::size_t columns,
                     const verdict_painter& painted);

}  // namespace stormdrain
