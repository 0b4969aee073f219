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

}  // namespace

exit_deadline deadline_for(const contract& promises, const std::vector<held_condition>& held) {
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
        result.after_stop += release_after;
    }
    return result;
}

}  // namespace stormdrain
