#pragma once
// A defect that a target is known to have. Its finding is expected in the scenarios it names, so
// the run stays green; but only while the finding is seen, so that a repair, or a check that went
// blind, is noticed.

#include <string>
#include <vector>

namespace stormdrain {

struct suite;

struct known_finding {
    std::string finding;   // the check that fails: "shutdown_deadline"
    std::string scenario;  // pattern over SUITE/SCENARIO, as --filter reads them
    std::string origin;    // where the defect is documented: "hyperium/hyper#2730", or an address
    std::string versions;  // that have it, for the reader: "0.14"; may be empty
    std::string note;      // may be empty
    // The least share of cycles that show it. Below 1, so many cycles without it are needed before
    // it counts as gone that chance is ruled out with 95 % confidence; 0: it is never missed.
    double rate_min = 1.0;
    int line = 0;
    bool operator==(const known_finding&) const = default;
};

// "hyperium/hyper#2730 (0.14): a silent connection holds the stop"
std::string to_text(const known_finding& what);

// Those that concern a scenario, in their order: the first one counts for its check.
std::vector<known_finding> known_in(const std::vector<known_finding>& all, const std::string& suite,
                                    const std::string& scenario);

// Of the entry's patterns those that name this suite and none of its scenarios: a slip, or a
// scenario that has another name now.
std::vector<std::string> patterns_without_scenario(const known_finding& what, const suite& from);

}  // namespace stormdrain
