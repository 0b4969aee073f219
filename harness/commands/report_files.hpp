#pragma once
// The reports of a run as files: junit.xml in as many parts as its readers take, grid.html where
// there is a grid, summary.md. Each is replaced by rename.

#include "harness/report/run_results.hpp"

#include <string>

namespace stormdrain {

struct report_files {
    std::string junit;
    std::string grid;     // only of runs that have one
    std::string summary;  // Markdown

    // Throws environment_error. What an earlier run left there and this one has not goes.
    void write(const run_results& results) const;
};

// In the folder; `junit` is another place for that one, or empty.
report_files reports_in(const std::string& folder, const std::string& junit);

// "stormdrain-results/junit.xml, ...": for the last line on the screen.
std::string names_of(const report_files& reports, const run_results& results);

}  // namespace stormdrain
