#pragma once
// What ci/benchmark prints: one line a thing that costs something.

#include "ci/benchmarks/statistics.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stormdrain::benchmarks {

enum class cost_kind {
    difference,  // what is measured with the thing, less what is measured without
    ratio,       // the former by the latter
    whole,       // there is no without
};

struct cost_row {
    std::string what;
    std::string unit;  // of both measured values; "ms", "1/s"
    cost_kind kind = cost_kind::difference;
    std::optional<double> with;  // the median of all rounds' medians
    std::optional<double> without;
    std::optional<spread> cost;   // over the rounds
    std::optional<double> limit;  // of the cost
    std::string missing;          // why nothing could be measured
};

cost_row difference_row(const std::string& what, const std::vector<double>& with,
                        const std::vector<double>& without);
cost_row ratio_row(const std::string& what, const std::string& unit,
                   const std::vector<double>& with, const std::vector<double>& without);
// So many of something: of system calls a request, say.
cost_row count_row(const std::string& what, const std::vector<double>& values);
// In milliseconds.
cost_row whole_row(const std::string& what, const std::vector<double>& values);
cost_row missing_row(const std::string& what, const std::string& why);

// With a heading, a line each.
std::string to_text(const std::vector<cost_row>& rows);

}  // namespace stormdrain::benchmarks
