#pragma once
// JUnit XML in the one dialect that all its readers take: flat, escaped, bounded, with text inside
// every outcome. suites/schema/junit.xsd describes exactly what is written here.
//
// A testcase is a promise (target, suite, scenario, check), never a cycle: names must be the same
// every night. Of a scenario that was not begun there is one testcase, named `scenario`. A run that
// is not finished has an error of type stormdrain.unfinished in every case that is not known yet: a
// killed night is red by itself.

#include "harness/report/run_results.hpp"

#include <ostream>
#include <span>
#include <string_view>
#include <vector>

namespace stormdrain {

enum class junit_dialect {
    rich,   // with file and line of the scenario, for annotations
    xunit,  // what Jenkins' xUnit plugin takes (junit-10.xsd)
};

void write_junit(std::ostream& out, const run_results& results,
                 junit_dialect dialect = junit_dialect::rich);

// What an <error> says that is no check's, behind "stormdrain." in its type.
struct junit_error_type {
    std::string_view name;
    std::string_view summary;
};
std::span<const junit_error_type> junit_error_types();

// Some readers take no more than that in a file; larger runs are written in parts.
inline constexpr std::size_t junit_cases_max = 4000;
std::vector<run_results> junit_parts(const run_results& results);

}  // namespace stormdrain
