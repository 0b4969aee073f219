#pragma once
// What is kept of the cycles that failed, as links: logs, stacks, whatever lies in their folders.

#include "harness/report/page/page_series.hpp"

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace stormdrain::page {

// The names of the files in a folder, seen from the page; empty: it is not there. So the page has
// no link that leads nowhere, wherever it is made again.
using folder_listing = std::function<std::vector<std::string>(const std::string& folder)>;

// The cycle that is drawn comes first. Nothing where nothing was kept.
void write_kept(std::ostream& out, const scenario_series& series, const folder_listing& files_in);

}  // namespace stormdrain::page
