#pragma once
// A scenario's grid: rows x columns, each with keys of a scenario; a cell has those of both. A pair
// that makes no sense is excepted, with the reason, and stays a cell that is skipped:
//
//   "grid": {
//       "rows": {"silent": {"faults": [...]}, ...},
//       "columns": {"idle": {"stop": {"at": "after_load"}}, ...},
//       "except": [{"rows": ["silent"], "columns": ["idle"], "because": "..."}]
//   }

#include "harness/config/object_reader.hpp"
#include "harness/plan/suite.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// What a scenario, a row or a column says of its cells.
struct scenario_part {
    std::optional<load_profile> load;
    std::vector<fault_use> faults;
    stop_choice stop;
    std::set<std::string> given;  // of "load", "mode", "at", "between": what it says at all
};

// Reads "load", "faults" and "stop" of a row or a column.
using part_reader = std::function<scenario_part(object_reader&)>;

// The cells, in the file's order, row by row; empty when the scenario has no grid. `base` has what
// the scenario itself says, and `own` which of it. Rows and columns add faults; that a cell is told
// something twice is a problem.
std::vector<scenario> read_grid(object_reader& scenario_keys, const scenario& base,
                                const std::set<std::string>& own, const part_reader& read_part);

}  // namespace stormdrain
