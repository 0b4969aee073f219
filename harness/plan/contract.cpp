#include "harness/plan/contract.hpp"

#include <algorithm>

namespace stormdrain {

duration slack_for(duration promised) {
    constexpr duration least = std::chrono::seconds(2);
    return std::max(least, promised / 5);
}

namespace {

std::optional<duration> within_while(const contract& promises, held_condition condition) {
    auto own = promises.exit_within_while.find(condition);
    if (own == promises.exit_within_while.end()) {
        own = promises.exit_within_while.find(less_particular(condition));
    }
    return own == promises.exit_within_while.end() ? promises.exit_within : own->second.within;
}

// Later where something else is to be seen first.
duration release_time(const contract& promises, const std::vector<held_condition>& held) {
    const auto holds = [&held](held_condition condition) {
        return std::ranges::find(held, condition) != held.end();
    };
    const bool watches_idle = promises.idle_keep_alive == idle_promise::close_now &&
                              holds(held_condition::idle_keep_alive);
    const bool watches_those_to_be =
        promises.becomes_idle == becomes_idle_promise::close && holds(held_condition::becomes_idle);
    return release_after +
           (watches_idle || watches_those_to_be ? idle_close_limit : duration::zero());
}

exit_deadline deadline_of_first_signal(const contract& promises,
                                       const std::vector<held_condition>& held) {
    exit_deadline result;
    bool any_bounded = false;
    for (const held_condition condition : held) {
        const std::optional<duration> within = within_while(promises, condition);
        if (!within) {
            result.release_first = true;
        } else if (!any_bounded || *within > result.promised) {
            any_bounded = true;
            result.promised = *within;
            result.worst = condition;
        }
    }
    // With nothing held, or once it was let go of, the plain promise counts as well.
    if (!any_bounded || (result.release_first && promises.exit_within > result.promised)) {
        result.promised = promises.exit_within;
        result.worst = held_condition::none;
    }
    result.after_stop = result.promised + slack_for(result.promised);
    if (result.release_first) {
        result.release_after = release_time(promises, held);
        result.after_stop += result.release_after;
    }
    return result;
}

// The second signal is the one that counts.
exit_deadline later_by(exit_deadline result, duration wait) {
    result.after_stop += wait;
    if (result.release_first) {
        result.release_after += wait;
    }
    return result;
}

// Nothing is let go of: a second signal ends the server whatever it holds.
exit_deadline forced_deadline(const contract& promises, duration second_signal_after) {
    exit_deadline result;
    result.promised = promises.exit_within;
    result.after_stop = second_signal_after + result.promised + slack_for(result.promised);
    return result;
}

}  // namespace

exit_deadline deadline_for(const contract& promises, const std::vector<held_condition>& held,
                           std::optional<duration> second_signal_after) {
    const exit_deadline ordinary = deadline_of_first_signal(promises, held);
    if (!second_signal_after || !promises.second_signal) {
        return ordinary;
    }
    switch (*promises.second_signal) {
        case second_signal_promise::ignored:
            return ordinary;
        case second_signal_promise::required:
            return later_by(ordinary, *second_signal_after);
        case second_signal_promise::force:
            break;
    }
    const exit_deadline forced = forced_deadline(promises, *second_signal_after);
    const bool is_over_before = !ordinary.release_first && ordinary.after_stop <= forced.after_stop;
    return is_over_before ? ordinary : forced;
}

}  // namespace stormdrain
