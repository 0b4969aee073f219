#pragma once
// What k of n cycles say about how often something happens. Exact, without a normal approximation:
// most counts here are 0.

#include <cstdint>

namespace stormdrain {

struct hit_count {
    std::uint64_t hits = 0;
    std::uint64_t trials = 0;
    bool operator==(const hit_count&) const = default;
};

// "k of n" happened: with 95 % confidence its probability is at most this (Clopper and Pearson,
// Biometrika 26, 1934, one side; 1 - 0.05^(1/n) for none of n).
double upper_bound_95(std::uint64_t k, std::uint64_t n);

// Where the probability lies with 95 % confidence, or more: Clopper and Pearson's interval, both
// sides.
struct probability_interval {
    double low = 0;
    double high = 1;
    bool operator==(const probability_interval&) const = default;
};

probability_interval interval_95(const hit_count& seen);

// How many trials show what happens with this probability at least once, with 95 % confidence; 0
// where no number of them does. Throws std::invalid_argument unless it lies between 0 and 1.
std::uint64_t trials_to_see(double probability);

// The smallest probability that so many trials without a hit rule out: the inverse of it.
double probability_ruled_out(std::uint64_t trials);

// How likely a difference like this, or a greater one, is where both have the same probability:
// Fisher's exact test, two-sided (Fisher, Statistical Methods for Research Workers, section 21.02).
double chance_of_difference(const hit_count& one, const hit_count& other);

}  // namespace stormdrain
