#pragma once
// The grid as one page for a browser: a table a target, each cell with its verdict, how often it
// was broken and the longest stop. Static and complete in itself: no scripts, no style sheets and
// no other resources, so that it can be read below a content policy of "default-src 'none'"
// (Jenkins, GitLab); colors are presentation attributes, and no color says what a word does not.

#include "harness/report/run_results.hpp"

#include <ostream>

namespace stormdrain {

// Whether there is anything to draw.
bool has_grid(const run_results& results);

void write_grid_html(std::ostream& out, const run_results& results);

}  // namespace stormdrain
