#include "harness/report/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

namespace stormdrain {
namespace {

// Less than that nobody waits for, however sure it is.
constexpr double stop_change_min_ms = 1;
constexpr double stop_change_share_min = 0.1;

double share_of(const hit_count& of) {
    return of.trials == 0 ? 0 : static_cast<double>(of.hits) / static_cast<double>(of.trials);
}

double median_of(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

void compare_checks(const std::string& id, const scenario_tally& before,
                    const scenario_tally& after, std::vector<rate_change>& rates) {
    for (const auto& [check, tally] : after.checks) {
        const auto earlier = before.checks.find(check);
        if (earlier == before.checks.end()) {
            continue;  // it could not be judged then
        }
        const check_tally& then = earlier->second;
        const bool is_judged = then.broken.trials > 0 && tally.broken.trials > 0;
        if (!is_judged || then.broken.hits + tally.broken.hits == 0) {
            continue;
        }
        rate_change& change = rates.emplace_back();
        change.scenario = id;
        change.check = check;
        change.before = then.broken;
        change.after = tally.broken;
        change.chance = chance_of_difference(then.broken, tally.broken);
        change.message = tally.message.empty() ? then.message : tally.message;
    }
}

// In the order of their chances each must be the rarer, the more are left behind it.
void mark_sure(std::vector<rate_change>& rates) {
    std::ranges::stable_sort(rates, {}, &rate_change::chance);
    for (std::size_t index = 0; index < rates.size(); ++index) {
        const auto left = static_cast<double>(rates.size() - index);
        if (rates[index].chance * left > chance_allowed) {
            break;
        }
        rates[index].is_sure = true;
    }
}

bool is_worth_saying(const stop_change& change) {
    const double by = std::abs(change.how.by);
    return by > stop_change_min_ms && by > stop_change_share_min * change.median_before_ms;
}

void keep_sure(std::vector<stop_change>& stops) {
    const auto chance_of = [](const stop_change& change) { return change.how.chance; };
    std::ranges::stable_sort(stops, {}, chance_of);
    std::size_t sure = 0;
    while (sure < stops.size() &&
           stops[sure].how.chance * static_cast<double>(stops.size() - sure) <= chance_allowed) {
        ++sure;
    }
    stops.resize(sure);
    std::erase_if(stops, [](const stop_change& change) { return !is_worth_saying(change); });
}

}  // namespace

bool rate_change::is_worse() const {
    return share_of(after) > share_of(before);
}

comparison compare(const run_tally& before, const run_tally& after) {
    comparison result;
    for (const auto& [id, now] : after.scenarios) {
        const auto earlier = before.scenarios.find(id);
        const bool was_run = earlier != before.scenarios.end() && earlier->second.done_count > 0;
        if (now.done_count == 0) {
            continue;
        }
        if (!was_run) {
            result.only_after.push_back(id);
            continue;
        }
        const scenario_tally& then = earlier->second;
        ++result.compared_count;
        compare_checks(id, then, now, result.rates);
        if (const auto found = shift_between(then.stop_times_ms, now.stop_times_ms)) {
            result.stops.push_back(
                {id, median_of(then.stop_times_ms), median_of(now.stop_times_ms), *found});
        }
    }
    for (const auto& [id, then] : before.scenarios) {
        const auto later = after.scenarios.find(id);
        const bool is_run = later != after.scenarios.end() && later->second.done_count > 0;
        if (then.done_count > 0 && !is_run) {
            result.only_before.push_back(id);
        }
    }
    mark_sure(result.rates);
    keep_sure(result.stops);
    return result;
}

}  // namespace stormdrain
