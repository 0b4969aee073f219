#pragma once
// What is looked at after the defects: what is known, what could not be judged, all scenarios, the
// grids, and where the run took place.

#include "harness/report/page/page_series.hpp"
#include "harness/report/run_results.hpp"

#include <ostream>

namespace stormdrain::page {

void write_known(std::ostream& out, const run_results& results);
void write_not_judged(std::ostream& out, const run_results& results);
void write_scenarios(std::ostream& out, const run_results& results, const page_series& series);
void write_grids(std::ostream& out, const run_results& results);
void write_environment(std::ostream& out, const run_results& results);

}  // namespace stormdrain::page
