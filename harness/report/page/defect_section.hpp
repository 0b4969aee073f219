#pragma once
// Every defect that was found, with its worst cycle and what all of its cycles look like together.

#include "harness/report/page/kept_files.hpp"
#include "harness/report/page/page_series.hpp"
#include "harness/report/run_results.hpp"

#include <ostream>

namespace stormdrain::page {

void write_defects(std::ostream& out, const run_results& results, const page_series& series,
                   const folder_listing& files_in);

// Of a run in which nothing is broken: the stop that took longest.
void write_longest_stop(std::ostream& out, const run_results& results, const page_series& series);

}  // namespace stormdrain::page
