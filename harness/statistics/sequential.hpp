#pragma once
// Whether something still happens about as often as it did, decided as soon as enough was seen:
// Wald's sequential probability ratio test (Annals of Mathematical Statistics 16, 1945).
//
// With the usual rate p: what happens at p or more is taken for rarer in at most 5 % of the tests,
// and what happens at a third of p or less is taken for as before in at most 5 %.

#include "harness/statistics/binomial.hpp"

#include <cstdint>

namespace stormdrain {

enum class rate_answer { undecided, as_before, rarer };

class sequential_rate_test {
public:
    // Of the usual rate; what is rarer than that is given up.
    static constexpr double share_given_up = 1.0 / 3;
    static constexpr double error_allowed = 0.05;
    // An answer comes after that many times the trials without a hit that say "rarer": a rate
    // between the two would go on for ever. It is then the likelier of both.
    static constexpr std::uint64_t quiet_lengths_max = 8;

    // Throws std::invalid_argument unless the rate lies between 0 and 1, both excluded.
    explicit sequential_rate_test(double usual_rate);

    // No effect once there is an answer.
    rate_answer add(bool is_hit);
    rate_answer answer() const { return answer_; }
    const hit_count& seen() const { return seen_; }

    // So many trials without a hit say "rarer".
    std::uint64_t quiet_trials() const;
    // So many hits, one after the other, say "as before".
    std::uint64_t hits_in_a_row() const;
    std::uint64_t trials_max() const { return quiet_lengths_max * quiet_trials(); }

private:
    double weight_of_hit_;
    double weight_of_quiet_;  // negative
    double balance_ = 0;      // the logarithm of how much likelier "as before" is
    hit_count seen_;
    rate_answer answer_ = rate_answer::undecided;
};

// What k of n say of the rate at least, with 95 % confidence (Clopper and Pearson, one side): the
// test above gives up too early where the rate is taken for greater than it is.
double cautious_rate(const hit_count& seen);

}  // namespace stormdrain
