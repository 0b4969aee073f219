#pragma once
// The reports of a run as files: junit.xml in as many parts as its readers take, grid.html where
// there is a grid, summary.md, report.html. Each is replaced by rename.

#include "harness/report/page/page_series.hpp"
#include "harness/report/run_results.hpp"

#include <string>

namespace stormdrain {

struct report_files {
    std::string junit;
    std::string grid;             // only of runs that have one
    std::string summary;          // Markdown
    std::string page;             // HTML
    std::string prometheus = {};  // metrics; empty: nobody wants them

    // Throws environment_error. What an earlier run left there and this one has not goes.
    // The page draws what `series` has read of the results file.
    void write(const run_results& results, const page::page_series& series) const;
};

// In the folder; `junit` is another place for that one, or empty.
report_files reports_in(const std::string& folder, const std::string& junit);

// "stormdrain-results/junit.xml, ...": for the last line on the screen.
std::string names_of(const report_files& reports, const run_results& results);

}  // namespace stormdrain
