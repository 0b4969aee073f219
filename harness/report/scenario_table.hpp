#pragma once
// All scenarios of a run in a table for terminals and logs: how often each broke a promise, how
// long its stops took.

#include "harness/report/page/page_series.hpp"
#include "harness/report/run_results.hpp"
#include "harness/report/sparkline.hpp"
#include "harness/report/text_table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

struct scenario_table {
    text_table table;
    std::vector<verdict> outcomes;  // of the rows below the names of the columns
    // The times of their stops, drawn; empty: nothing is known of any.
    std::optional<std::size_t> stops_column;
    std::vector<std::vector<spark>> sparks;
    spark_axis axis;

    // Without the cells of grids, which have tables of their own; empty: there is nothing else.
    bool is_empty() const { return outcomes.empty(); }
};

scenario_table table_of(const run_results& results, const page::page_series& series,
                        glyphs drawn_with);

}  // namespace stormdrain
