#pragma once
// What the page says first: kept or broken, how much was run, where and when.

#include "harness/report/run_results.hpp"

#include <ostream>

namespace stormdrain::page {

void write_banner(std::ostream& out, const run_results& results);

}  // namespace stormdrain::page
