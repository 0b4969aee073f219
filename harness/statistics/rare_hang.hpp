#pragma once
// What a hang costs to meet that comes once in very many cycles.

#include <cstdint>

namespace stormdrain {

// How many cycles are run on average where the first hit ends them, and so many are planned. Throws
// std::invalid_argument unless the probability lies between 0 and 1.
double mean_trials_until_hit(double probability, std::uint64_t trials_max);

// So many hits in one build, and none in as many cycles of the other, are surely a difference, with
// this chance allowed: the cycles that both need where the probability of one is known, on average.
std::uint64_t trials_to_tell_apart(double probability, double chance_allowed);

}  // namespace stormdrain
