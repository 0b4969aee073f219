#include "harness/shrink/reducer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace stormdrain {
namespace {

// A smaller step than that is worth no trial: 13 clients say what 12 do.
constexpr std::uint64_t step_share_min = 4;

std::string without_text(std::span<const scenario_part_at> parts) {
    std::string text = "without ";
    for (const scenario_part_at& part : parts) {
        text += (&part == parts.data() ? "" : ", ") + part.what;
    }
    return text;
}

// "load/clients 8 -> 1"
std::string arrow(const std::string& before, const scenario_amount& after) {
    const std::string text = to_text(after);
    return before + " ->" + text.substr(text.rfind(' '));
}

// The elements of a list have no defaults of their own.
scenario_part_at key_of(const scenario_amount& amount) {
    std::string path = amount.path;
    while (path.find_first_not_of("0123456789", path.rfind('/') + 1) == std::string::npos) {
        path.resize(path.rfind('/'));
    }
    return {path, ""};
}

// Half as much by order of magnitude: what is needed may be a hundredth of what there is.
std::uint64_t between(std::uint64_t too_little, std::uint64_t enough) {
    const double middle = std::sqrt(static_cast<double>(std::max<std::uint64_t>(too_little, 1)) *
                                    static_cast<double>(enough));
    return std::clamp(static_cast<std::uint64_t>(middle), too_little + 1, enough - 1);
}

bool is_fine_enough(std::uint64_t too_little, std::uint64_t enough) {
    return enough - too_little <= std::max<std::uint64_t>(1, enough / step_share_min);
}

}  // namespace

reducer::reducer(std::string start, reducer_questions ask)
    : best_(std::move(start)), ask_(std::move(ask)) {}

reduction reducer::run() {
    bool any_change = true;
    while (any_change && !out_of_time_) {
        any_change = take_parts_out();
        any_change = make_amounts_less() || any_change;
        is_first_round_ = false;
    }
    reduction made;
    made.meaning = best_;
    list_refused(made);
    list_what_was_not_tried(made);
    return made;
}

// Whether more of an amount than this was not enough either.
bool reducer::is_outdone(const refusal& refused) const {
    return !refused.of.path.empty() && std::ranges::any_of(refused_, [&refused](const auto& entry) {
        const refusal& other = entry.second;
        return other.base == refused.base && other.outcome == refused.outcome &&
               other.of.path == refused.of.path && other.of.amount > refused.of.amount;
    });
}

void reducer::list_refused(reduction& into) const {
    for (const auto& [meaning, refused] : refused_) {
        if (refused.base == best_ && refused.of.parts_count == 1 && !is_outdone(refused)) {
            (refused.outcome == trial_outcome::no_longer ? into.needed : into.unclear)
                .push_back(refused.of.what);
        }
    }
}

bool reducer::take_parts_out() {
    bool any_change = false;
    for (std::size_t depth = 1; !parts_at(best_, depth).empty() && !out_of_time_; ++depth) {
        any_change = take_parts_out_at(depth) || any_change;
    }
    return any_change;
}

bool reducer::take_parts_out_at(std::size_t depth) {
    bool any_change = false;
    // What several together did not allow was seen in the first round.
    std::size_t chunk =
        is_first_round_ ? std::max<std::size_t>(1, useful_parts_at(depth).size()) : 1;
    while (!out_of_time_) {
        // From the last on: what was taken out moves none of those that are still to come.
        std::vector<scenario_part_at> parts = useful_parts_at(depth);
        for (std::size_t end = parts.size(); end > 0 && !out_of_time_;) {
            const std::size_t begin = end - std::min(chunk, end);
            const auto tried = std::span(parts).subspan(begin, end - begin);
            any_change = try_change({without_text(tried), without(best_, tried), tried.size()}) ||
                         any_change;
            end = begin;
        }
        if (chunk == 1) {
            break;
        }
        chunk = (chunk + 1) / 2;
    }
    return any_change;
}

// Those of which it is known what is left: without one of the others, a key may be unknown.
std::vector<scenario_part_at> reducer::useful_parts_at(std::size_t depth) const {
    std::vector<scenario_part_at> parts = parts_at(best_, depth);
    std::erase_if(parts, [this](const scenario_part_at& part) {
        return !meaning_of_less(without(best_, std::span(&part, 1)));
    });
    return parts;
}

// Empty: it is no scenario, means what the best one does, or is more in some way.
std::optional<std::string> reducer::meaning_of_less(const std::string& changed) const {
    std::optional<std::string> meaning = ask_.meaning_of(changed);
    const bool is_less = meaning && *meaning != best_ && !left_behind_.contains(*meaning) &&
                         !raises_a_count(best_, *meaning);
    return is_less ? std::move(meaning) : std::nullopt;
}

bool reducer::try_change(change tried) {
    const std::optional<std::string> meaning = meaning_of_less(tried.scenario);
    if (!meaning) {
        return false;
    }
    if (const auto known = refused_.find(*meaning); known != refused_.end()) {
        known->second.of = std::move(tried);
        known->second.base = best_;
        return false;
    }
    const trial_result result = ask_.still_fails(*meaning);
    const std::string what = tried.what;
    if (result.outcome == trial_outcome::out_of_time) {
        out_of_time_ = true;
    } else if (result.outcome == trial_outcome::still_fails) {
        left_behind_.insert(std::exchange(best_, *meaning));
    } else {
        refused_[*meaning] = {std::move(tried), best_, result.outcome};
    }
    ask_.tell(what, result, best_);
    return result.outcome == trial_outcome::still_fails;
}

bool reducer::make_amounts_less() {
    bool any_change = false;
    for (const scenario_amount& amount : amounts_in(best_)) {
        any_change = (!out_of_time_ && make_less(amount)) || any_change;
    }
    return any_change;
}

// A quantity with a unit that has its default says nothing: less would say more. A count is the
// less the better, for it is time.
bool reducer::is_worth_less(const scenario_amount& amount) const {
    if (amount.of == scenario_amount::unit::count) {
        return amount.value > 1;
    }
    const scenario_part_at key = key_of(amount);
    const std::optional<std::string> meaning = ask_.meaning_of(without(best_, std::span(&key, 1)));
    return amount.value > 1 && (!meaning || *meaning != best_);
}

bool reducer::make_less(scenario_amount amount) {
    if (!is_worth_less(amount)) {
        return false;
    }
    bool any_change = false;
    const std::string before = to_text(amount);
    std::uint64_t too_little = 0;
    std::uint64_t enough = amount.value;
    // Of an earlier round the value that was just too little: if it still is, that is all.
    const auto known = too_little_.find(amount.path);
    const bool is_known = known != too_little_.end() && known->second < enough;
    std::uint64_t tried = is_known ? known->second : 1;
    while (!out_of_time_ && !is_fine_enough(too_little, enough)) {
        amount.value = tried;
        const bool fails =
            try_change({arrow(before, amount), with_amount(best_, amount), 1, tried, amount.path});
        any_change = fails || any_change;
        (fails ? enough : too_little) = tried;
        if (enough - too_little <= 1) {
            break;
        }
        tried = between(too_little, enough);
    }
    if (too_little > 0 && !out_of_time_) {
        too_little_[amount.path] = too_little;
    }
    return any_change;
}

void reducer::list_what_was_not_tried(reduction& into) const {
    const auto add = [this, &into](const std::string& what, const std::string& changed) {
        const std::optional<std::string> meaning = meaning_of_less(changed);
        if (meaning && !refused_.contains(*meaning)) {
            into.not_tried.push_back(what);
        }
    };
    for (std::size_t depth = 1; !parts_at(best_, depth).empty(); ++depth) {
        for (const scenario_part_at& part : useful_parts_at(depth)) {
            add(without_text(std::span(&part, 1)), without(best_, std::span(&part, 1)));
        }
    }
    for (scenario_amount amount : amounts_in(best_)) {
        const bool was_asked = std::ranges::any_of(refused_, [&](const auto& entry) {
            return entry.second.base == best_ && entry.second.of.path == amount.path;
        });
        if (!was_asked && is_worth_less(amount)) {
            const std::string before = to_text(amount);
            amount.value = 1;
            add(arrow(before, amount), with_amount(best_, amount));
        }
    }
}

}  // namespace stormdrain
