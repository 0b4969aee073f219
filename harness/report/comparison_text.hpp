#pragma once
// A comparison for people: what became worse first, a line each.

#include "harness/report/comparison.hpp"

#include <ostream>

namespace stormdrain {

void write_comparison(std::ostream& out, const comparison& what, const run_tally& before,
                      const run_tally& after);

}  // namespace stormdrain
