#include "harness/statistics/binomial.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace stormdrain {
namespace {

constexpr double error_allowed = 0.05;
// Tables that are as likely as the one seen differ in the last digits of their logarithms.
constexpr double as_likely = 1e-7;

double log_choose(std::uint64_t n, std::uint64_t k) {
    const auto log_factorial = [](std::uint64_t of) {
        return boost::math::lgamma(static_cast<double>(of) + 1);
    };
    return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

double beta_quantile(std::uint64_t a, std::uint64_t b, double p) {
    const boost::math::beta_distribution<double> posterior(static_cast<double>(a),
                                                           static_cast<double>(b));
    return boost::math::quantile(posterior, p);
}

}  // namespace

double upper_bound_95(std::uint64_t k, std::uint64_t n) {
    return k >= n ? 1.0 : beta_quantile(k + 1, n - k, 1 - error_allowed);
}

probability_interval interval_95(const hit_count& seen) {
    const auto [k, n] = seen;
    probability_interval interval;
    if (k > 0 && n > 0) {
        interval.low = beta_quantile(k, n - k + 1, error_allowed / 2);
    }
    if (k < n) {
        interval.high = beta_quantile(k + 1, n - k, 1 - error_allowed / 2);
    }
    return interval;
}

std::uint64_t trials_to_see(double probability) {
    if (!(probability >= 0) || probability > 1) {
        throw std::invalid_argument("a probability lies between 0 and 1");
    }
    if (probability == 0) {
        return 0;
    }
    if (probability == 1) {
        return 1;
    }
    // log1p: 1 - 1e-17 is 1.
    return static_cast<std::uint64_t>(
        std::ceil(std::log(error_allowed) / std::log1p(-probability)));
}

double probability_ruled_out(std::uint64_t trials) {
    return upper_bound_95(0, trials);
}

double chance_of_difference(const hit_count& one, const hit_count& other) {
    const std::uint64_t hits = one.hits + other.hits;
    const std::uint64_t trials = one.trials + other.trials;
    // With the margins as they are, the hits of the first say all.
    const std::uint64_t least = hits > other.trials ? hits - other.trials : 0;
    const std::uint64_t most = std::min(hits, one.trials);
    const double all = log_choose(trials, hits);
    const auto chance_of = [&](std::uint64_t hits_of_one) {
        return std::exp(log_choose(one.trials, hits_of_one) +
                        log_choose(other.trials, hits - hits_of_one) - all);
    };
    const double seen = chance_of(one.hits);
    double sum = 0;
    for (std::uint64_t hits_of_one = least; hits_of_one <= most; ++hits_of_one) {
        const double chance = chance_of(hits_of_one);
        sum += chance <= seen * (1 + as_likely) ? chance : 0;
    }
    return std::min(sum, 1.0);
}

}  // namespace stormdrain
