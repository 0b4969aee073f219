#pragma once
// What stands in a JUnit file, before a byte of it is written: suites and cases with their names
// and outcomes. Points into the results it was made of.

#include "harness/report/run_results.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

enum class junit_outcome { passed, failed, error, skipped };

struct junit_case {
    const check_result* result = nullptr;
    junit_outcome outcome = junit_outcome::passed;
    std::string type;     // of errors and failures
    std::string message;  // of all but passed ones
};

struct junit_suite {
    const scenario_result* scenario = nullptr;
    std::array<std::string, 3> levels;  // target, suite, scenario
    check_result blank;                 // stands in for all checks of one that was not begun
    std::vector<junit_case> cases;

    std::string class_name() const { return levels[0] + "." + levels[1] + "." + levels[2]; }
};

struct junit_counters {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;

    void count(junit_outcome outcome) {
        ++tests;
        failures += outcome == junit_outcome::failed ? 1U : 0U;
        errors += outcome == junit_outcome::error ? 1U : 0U;
        skipped += outcome == junit_outcome::skipped ? 1U : 0U;
    }
};

// One suite for each scenario, in order; class names are unique.
std::vector<junit_suite> make_junit_suites(const run_results& results);

// One level of a class name: letters, digits, '_' and '-'. Everything else becomes '-', runs of it
// one '-'; an overlong name is cut and ends in a hash of the whole. Names that differ only in what
// was replaced become equal: make_junit_suites() then adds a hash to those that were changed.
std::string junit_level(std::string_view name);

}  // namespace stormdrain
