#include "harness/checks/rules/plateau.hpp"

#include "harness/checks/rules/rule.hpp"
#include "harness/statistics/slope.hpp"

#include <algorithm>
#include <vector>

namespace stormdrain::rules {
namespace {

using values_span = std::span<const std::uint64_t>;

// For each value the least of it and all later ones: what no later one gave back.
std::vector<std::uint64_t> floors_of(values_span values) {
    std::vector<std::uint64_t> floors(values.begin(), values.end());
    for (std::size_t i = floors.size() - 1; i > 0; --i) {
        floors[i - 1] = std::min(floors[i - 1], floors[i]);
    }
    return floors;
}

bool has_rising_band(values_span values) {
    std::vector<xy_point> points;
    for (const std::uint64_t value : values) {
        points.push_back({static_cast<double>(points.size()), static_cast<double>(value)});
    }
    const auto band = slope_of(points);
    return band && band->is_growth();
}

}  // namespace

std::optional<steady_rise> steady_rise_of(std::span<const std::uint64_t> values) {
    if (values.size() < growth_points_min) {
        return {};
    }
    const std::span<const std::uint64_t> recent = values.last(growth_steps + 1);
    std::size_t risen_steps = 0;
    for (std::size_t i = 1; i < recent.size(); ++i) {
        risen_steps += recent[i] > recent[i - 1] ? 1U : 0U;
    }
    steady_rise seen;
    seen.from = values[growth_warm_up_points];
    seen.to = values.back();
    if (risen_steps + 1 < growth_steps || seen.to <= seen.from) {
        return {};
    }
    const auto first = std::ranges::find_if(values.subspan(growth_warm_up_points),
                                            [&](std::uint64_t value) { return value > seen.from; });
    seen.first_risen = static_cast<std::size_t>(first - values.begin());
    return seen;
}

std::optional<steady_rise> slow_rise_of(std::span<const std::uint64_t> values) {
    if (values.size() < growth_warm_up_points + slow_points_min) {
        return {};
    }
    steady_rise seen;
    seen.from = values[growth_warm_up_points];
    seen.to = values.back();
    std::size_t begin = values.size() - 1;
    while (values[begin] > seen.from) {  // ends: one of them is `from`
        --begin;
    }
    const values_span rising = values.subspan(begin);
    if (rising.size() < slow_points_min) {
        return {};
    }
    const std::vector<std::uint64_t> floors = floors_of(rising);
    std::size_t steps = 0;
    for (std::size_t i = 1; i < floors.size(); ++i) {
        steps += floors[i] > floors[i - 1] ? 1U : 0U;
    }
    const std::size_t middle = floors.size() / 2;
    const std::uint64_t earlier = floors[middle] - floors.front();
    const std::uint64_t later = floors.back() - floors[middle];
    const bool is_even = earlier <= later && later <= 2 * earlier;
    if (steps < slow_steps_min || !is_even || !has_rising_band(rising) ||
        !has_rising_band(rising.subspan(middle))) {
        return {};
    }
    seen.first_risen = begin + 1;
    return seen;
}

std::uint64_t descriptors_growth_min(std::uint64_t connections_count) {
    constexpr std::uint64_t least = 5;
    return std::max(least, connections_count / 20);
}

extern const rule plateau;
const rule plateau{
    .number = "R12",
    .name = "plateau",
    .summary =
        "What grows at rest and then stays is no leak: three rounds of warm-up do not count, then "
        "a leak grows in at least 4 of 5 successive rounds, by 5 or 5 % of the connections; or in "
        "at "
        "least 6 of 40 and more that give nothing back, with the 95 % band of the Theil-Sen slope "
        "above zero in all of them and in their later half.",
    .source = "nghttp2/nghttp2#1491; ollama/ollama#18344",
};

}  // namespace stormdrain::rules
