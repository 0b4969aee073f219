#pragma once
// What changed between two runs, and how sure that is.

#include "harness/checks/growth.hpp"
#include "harness/report/results_reader.hpp"
#include "harness/statistics/shift.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

struct rate_change {
    std::string scenario;  // id
    std::string check;
    hit_count before;
    hit_count after;
    double chance = 1;  // of such a difference between two runs of the same build
    // Also when every scenario and check is asked at once (Holm, Scandinavian Journal of Statistics
    // 6, 1979).
    bool is_sure = false;
    std::string message;  // of the run that broke it

    bool is_worse() const;
    bool is_new() const { return before.hits == 0; }
    bool is_gone() const { return after.hits == 0; }
};

struct stop_change {
    std::string scenario;
    double median_before_ms = 0;
    double median_after_ms = 0;
    shift how;
};

// What piles up at rest from restart to restart, in one run and not in the other, or faster.
struct leak_change {
    std::string scenario;
    std::string what;  // "eventfd descriptors", "threads", "resident bytes"
    quantity of = quantity::descriptors;
    std::optional<growth> before;  // empty: it did not grow
    std::optional<growth> after;

    bool is_worse() const;
    // Threads and memory are worth a look, and break no promise.
    bool is_warning() const { return of != quantity::descriptors; }
};

struct comparison {
    // Every promise that was broken in either and judged in both; sure ones first, then by chance.
    std::vector<rate_change> rates;
    // Only those that are sure, and more than a tenth and a millisecond.
    std::vector<stop_change> stops;
    // Where the other run had as many cycles to show it; changed slopes with bands apart.
    std::vector<leak_change> leaks;
    std::vector<std::string> only_before;  // scenarios of which only one run has cycles
    std::vector<std::string> only_after;
    std::size_t compared_count = 0;  // scenarios
};

// A difference that is rarer than that by chance, among all that were asked, is sure.
inline constexpr double chance_allowed = 0.01;

comparison compare(const run_tally& before, const run_tally& after);

}  // namespace stormdrain
