#pragma once
// report.html: the page that a maintainer reads the morning after. In that order: which promise,
// how often, since when; the command that shows it again; what the worst cycle did second by
// second; whether it is rare, general or growing; then all scenarios, the grid and where it ran.
// One file, complete in itself, and readable below a content policy of "default-src 'none'": what
// a style sheet adds is comfort only.

#include "harness/report/page/kept_files.hpp"
#include "harness/report/page/page_series.hpp"
#include "harness/report/run_results.hpp"

#include <ostream>

namespace stormdrain::page {

void write_page(std::ostream& out, const run_results& results, const page_series& series,
                const folder_listing& files_in);

}  // namespace stormdrain::page
