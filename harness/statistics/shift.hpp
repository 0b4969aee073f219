#pragma once
// Whether one build is slower than another: by ranks, because times of stops have long tails.

#include <cstddef>
#include <optional>
#include <vector>

namespace stormdrain {

struct shift {
    double chance = 1;  // of such a difference where there is none: Mann and Whitney, two-sided
    double by = 0;      // the second's values less the first's: Hodges and Lehmann
};

// Fewer values than that of either say nothing: the normal approximation needs them (Mann and
// Whitney, Annals of Mathematical Statistics 18, 1947, section 5).
inline constexpr std::size_t values_to_compare_min = 8;
// Of more values than that, so many are taken from all over: pairs go with the square.
inline constexpr std::size_t values_compared_max = 1'000;

// Empty: too few values, or all of them alike.
std::optional<shift> shift_between(std::vector<double> one, std::vector<double> other);

}  // namespace stormdrain
