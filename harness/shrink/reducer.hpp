#pragma once
// Makes a failing scenario small by delta debugging (Zeller and Hildebrandt, IEEE Transactions on
// Software Engineering 28, 2002), from the outside in: all parts at once, then halves of them, down
// to single ones; then the amounts. Until a whole round changes nothing, or the time is over. Pure:
// what a scenario means and whether it still fails are asked of others.

#include "harness/shrink/edits.hpp"
#include "harness/statistics/binomial.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace stormdrain {

enum class trial_outcome {
    still_fails,
    no_longer,
    not_judged,   // too few of its cycles could be judged
    out_of_time,  // before there was an answer
};

struct trial_result {
    trial_outcome outcome = trial_outcome::not_judged;
    hit_count seen;
};

struct reducer_questions {
    // The full text of what the strict reader makes of a scenario's JSON; empty: it, or the target,
    // refuses it. Two texts that are equal do the same.
    std::function<std::optional<std::string>(const std::string& scenario)> meaning_of;
    // Runs it. It is asked of no scenario twice.
    std::function<trial_result(const std::string& meaning)> still_fails;
    // A trial has ended: "without load/tls". Where it still fails, `best` is that scenario now.
    std::function<void(const std::string& what, const trial_result& result,
                       const std::string& best)>
        tell;
};

struct reduction {
    std::string meaning;  // of the smallest that still fails
    // Single changes that were tried of it: it fails no longer. Of an amount the slightest one.
    std::vector<std::string> needed;
    std::vector<std::string> unclear;    // those after which it could not be judged
    std::vector<std::string> not_tried;  // those that there was no time for
};

class reducer {
public:
    // `start` is the full text of a scenario that fails.
    reducer(std::string start, reducer_questions ask);
    reduction run();

private:
    struct change {
        std::string what;
        std::string scenario;         // not yet known to be one
        std::size_t parts_count = 1;  // that differ
        std::uint64_t amount = 0;     // what is left of the one at the path
        std::string path = {};        // empty: it is no change of an amount
    };
    struct refusal {
        change of;
        std::string base;  // of which it was last a change
        trial_outcome outcome = trial_outcome::no_longer;
    };

    bool take_parts_out();
    bool take_parts_out_at(std::size_t depth);
    bool make_amounts_less();
    bool make_less(scenario_amount amount);
    std::vector<scenario_part_at> useful_parts_at(std::size_t depth) const;
    bool is_worth_less(const scenario_amount& amount) const;
    std::optional<std::string> meaning_of_less(const std::string& changed) const;
    bool try_change(change tried);
    bool is_outdone(const refusal& refused) const;
    void list_refused(reduction& into) const;
    void list_what_was_not_tried(reduction& into) const;

    std::string best_;
    reducer_questions ask_;
    std::map<std::string, refusal> refused_;  // by meaning
    // By path, what was not enough of an amount when it was last asked for.
    std::map<std::string, std::uint64_t> too_little_;
    // Every best one so far: a change that leads back to one of them would begin a circle.
    std::set<std::string> left_behind_;
    bool is_first_round_ = true;
    bool out_of_time_ = false;
};

}  // namespace stormdrain
