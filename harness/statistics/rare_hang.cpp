#include "harness/statistics/rare_hang.hpp"

#include "harness/statistics/binomial.hpp"

#include <cmath>
#include <stdexcept>

namespace stormdrain {
namespace {

void check_probability(double probability) {
    if (!(probability > 0) || probability > 1) {
        throw std::invalid_argument("a probability lies between 0 and 1");
    }
}

}  // namespace

double mean_trials_until_hit(double probability, std::uint64_t trials_max) {
    check_probability(probability);
    if (probability == 1) {
        return trials_max == 0 ? 0 : 1;
    }
    // 1 - (1 - p)^n, of which little is left for a small p.
    const double is_hit = -std::expm1(static_cast<double>(trials_max) * std::log1p(-probability));
    return is_hit / probability;
}

std::uint64_t trials_to_tell_apart(double probability, double chance_allowed) {
    check_probability(probability);
    std::uint64_t hits = 1;
    const auto trials_for = [probability](std::uint64_t count) {
        return static_cast<std::uint64_t>(std::ceil(static_cast<double>(count) / probability));
    };
    while (chance_of_difference({hits, trials_for(hits)}, {0, trials_for(hits)}) > chance_allowed) {
        ++hits;
    }
    return trials_for(hits);
}

}  // namespace stormdrain
