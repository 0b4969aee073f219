#include "harness/report/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <set>
#include <span>
#include <utility>

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

using value_of_sample = std::function<std::uint64_t(const rest_sample&)>;

// What a run's checks saw of it at any time: they look after each cycle.
std::optional<growth> growth_of(std::span<const series_point> series, quantity of) {
    for (std::size_t length = rules::growth_points_min; length <= series.size(); ++length) {
        if (const auto grown = steady_growth(series.first(length));
            grown && is_worth_saying(of, *grown)) {
            growth whole = *grown;
            whole.per_cycle = slope_since_warm_up(series);
            return whole;
        }
    }
    return {};
}

bool are_apart(const slope_range& one, const slope_range& other) {
    return one.high < other.low || other.high < one.low;
}

std::vector<series_point> series_of(std::span<const rest_sample> samples,
                                    const value_of_sample& value_of) {
    std::vector<series_point> series;
    for (const rest_sample& sample : samples) {
        series.push_back({sample.cycle, value_of(sample)});
    }
    return series;
}

// Over as many cycles as both have: a run that was too short to see a leak did not lack it. Nor did
// one that grew as fast and was not sure of it.
std::optional<leak_change> leak_between(const scenario_tally& before, const scenario_tally& after,
                                        quantity of, const value_of_sample& value_of) {
    const std::size_t both = std::min(before.at_rest.size(), after.at_rest.size());
    const std::vector<series_point> then =
        series_of(std::span(before.at_rest).first(both), value_of);
    const std::vector<series_point> now = series_of(std::span(after.at_rest).first(both), value_of);
    leak_change change;
    change.of = of;
    change.before = growth_of(then, of);
    change.after = growth_of(now, of);
    const bool grows = change.before || change.after;
    if (!grows || !are_apart(slope_since_warm_up(then), slope_since_warm_up(now))) {
        return {};
    }
    return change;
}

void compare_leaks(const std::string& id, const scenario_tally& before, const scenario_tally& after,
                   std::vector<leak_change>& leaks) {
    const auto look_at = [&](std::string what, quantity of, const value_of_sample& value_of) {
        if (auto change = leak_between(before, after, of, value_of)) {
            change->scenario = id;
            change->what = std::move(what);
            leaks.push_back(std::move(*change));
        }
    };
    std::set<std::string> kinds;
    for (const scenario_tally* const run : {&before, &after}) {
        for (const rest_sample& sample : run->at_rest) {
            for (const auto& [kind, count] : sample.descriptors) {
                kinds.insert(kind);
            }
        }
    }
    for (const std::string& kind : kinds) {
        look_at(kind + " descriptors", quantity::descriptors, [&kind](const rest_sample& sample) {
            const auto held = sample.descriptors.find(kind);
            return held == sample.descriptors.end() ? 0 : held->second;
        });
    }
    look_at("threads", quantity::threads, std::mem_fn(&rest_sample::threads_count));
    look_at("resident bytes", quantity::memory, std::mem_fn(&rest_sample::resident_bytes));
}

}  // namespace

bool leak_change::is_worse() const {
    return after && (!before || after->per_cycle.slope > before->per_cycle.slope);
}

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
        compare_leaks(id, then, now, result.leaks);
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
