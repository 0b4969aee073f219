#include "harness/statistics/sequential.hpp"

#include <cmath>
#include <stdexcept>

namespace stormdrain {
namespace {

// A likelihood ratio of 1/e is reached with a probability of at most e where the other rate is the
// true one (Ville, Etude critique de la notion de collectif, 1939): a little more careful than
// Wald's own bounds, which hold on average of both.
double decisive_balance() {
    return -std::log(sequential_rate_test::error_allowed);
}

}  // namespace

sequential_rate_test::sequential_rate_test(double usual_rate)
    : weight_of_hit_(-std::log(share_given_up)),
      weight_of_quiet_(std::log1p(-usual_rate) - std::log1p(-usual_rate * share_given_up)) {
    if (!(usual_rate > 0) || !(usual_rate < 1)) {
        throw std::invalid_argument("a usual rate lies between 0 and 1");
    }
}

rate_answer sequential_rate_test::add(bool is_hit) {
    if (answer_ != rate_answer::undecided) {
        return answer_;
    }
    ++seen_.trials;
    seen_.hits += is_hit ? 1U : 0U;
    balance_ += is_hit ? weight_of_hit_ : weight_of_quiet_;
    const bool is_last = seen_.trials >= trials_max();
    if (balance_ >= decisive_balance() || (is_last && balance_ > 0)) {
        answer_ = rate_answer::as_before;
    } else if (balance_ <= -decisive_balance() || is_last) {
        answer_ = rate_answer::rarer;
    }
    return answer_;
}

std::uint64_t sequential_rate_test::quiet_trials() const {
    return static_cast<std::uint64_t>(std::ceil(-decisive_balance() / weight_of_quiet_));
}

std::uint64_t sequential_rate_test::hits_in_a_row() const {
    return static_cast<std::uint64_t>(std::ceil(decisive_balance() / weight_of_hit_));
}

double cautious_rate(const hit_count& seen) {
    // The quiet trials are at most so many.
    return 1 - upper_bound_95(seen.trials - seen.hits, seen.trials);
}

}  // namespace stormdrain
