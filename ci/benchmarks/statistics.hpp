#pragma once
// What is said of a handful of measured values. Medians, because a machine that does something else
// for a moment spoils a mean; the range beside them, because a median alone hides how sure it is.

#include <vector>

namespace stormdrain::benchmarks {

// Of an even number of values: halfway between the two in the middle. Throws std::invalid_argument
// when there is none.
double median_of(std::vector<double> values);

struct spread {
    double median = 0;
    double min = 0;
    double max = 0;
    bool operator==(const spread&) const = default;
};

// Throws std::invalid_argument when there is no value.
spread spread_of(const std::vector<double>& values);

// Pair by pair, for values that were measured right after each other. Both throw
// std::invalid_argument when there is not one for one.
std::vector<double> differences(const std::vector<double>& values, const std::vector<double>& less);
std::vector<double> ratios(const std::vector<double>& values, const std::vector<double>& by);

}  // namespace stormdrain::benchmarks
