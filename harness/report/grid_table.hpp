#pragma once
// A grid's cells in their places: what both pictures of it, on the console and in HTML, are made
// of.

#include "harness/report/run_results.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// One grid on one target.
struct grid_table {
    std::string target;
    std::string suite;
    std::string grid;
    std::vector<std::string> rows;  // in the file's order
    std::vector<std::string> columns;
    std::vector<const scenario_result*> cells;  // row by row; null: not selected

    const scenario_result* at(std::size_t row, std::size_t column) const {
        return cells.at(row * columns.size() + column);
    }
};

// Every grid of the run; the results outlive them.
std::vector<grid_table> grids_of(const run_results& results);

// "ok", "RED", "known", "?" (not judged), "." (not run), "-" (not applicable), "" (not selected)
std::string_view cell_word(const scenario_result* cell);

// The check that says most about the cell: of those with its verdict, the one broken or judged most
// often. Null: none was judged.
const check_result* telling_check(const scenario_result& cell);

// What there is to say about a cell that is not green.
struct cell_note {
    verdict outcome = verdict::inconclusive;
    std::string what;             // "shutdown_deadline and 2 more"
    std::string why;              // what the first of them showed, or why it could not be judged
    std::optional<finding> seen;  // to be replayed; empty: there is nothing to replay
};

// Empty: all promises were kept, or nothing was run.
std::optional<cell_note> note_of(const scenario_result& cell);

// What is not applicable is so for few reasons: by reason, the cells as "row@column".
std::map<std::string, std::vector<std::string>> not_applicable_in(const grid_table& table);

}  // namespace stormdrain
