#pragma once
// What a run found as metrics for node_exporter's textfile collector, in Prometheus' text format
// (its documentation, "Exposition formats"): gauges of the last run, as batch jobs have them.

#include "harness/report/page/page_series.hpp"
#include "harness/report/run_results.hpp"

#include <ostream>

namespace stormdrain {

void write_prometheus(std::ostream& out, const run_results& results,
                      const page::page_series& series);

}  // namespace stormdrain
