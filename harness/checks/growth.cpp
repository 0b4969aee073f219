#include "harness/checks/growth.hpp"

#include "harness/checks/rules/memory_warning.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>

namespace stormdrain {
namespace {

constexpr std::size_t values_listed_max = 12;
constexpr std::uint64_t threads_growth_min = 5;

// "0.143", and "131072", which %.3g would write as 1.31e+05.
std::string short_text(double value) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), std::abs(value) < 100 ? "%.3g" : "%.0f", value);
    return text.data();
}

}  // namespace

std::optional<growth> steady_growth(std::span<const series_point> series) {
    std::vector<std::uint64_t> values;
    std::ranges::transform(series, std::back_inserter(values), &series_point::value);
    auto risen = rules::steady_rise_of(values);
    if (!risen) {
        risen = rules::slow_rise_of(values);
    }
    if (!risen) {
        return {};
    }
    growth seen;
    seen.from = risen->from;
    seen.to = risen->to;
    seen.total = seen.to - seen.from;
    seen.first_grown_cycle = series[risen->first_risen].cycle;
    seen.per_cycle = slope_since_warm_up(series);
    return seen;
}

slope_range slope_since_warm_up(std::span<const series_point> series) {
    std::vector<xy_point> points;
    for (std::size_t i = rules::growth_warm_up_points; i < series.size(); ++i) {
        points.push_back(
            {static_cast<double>(series[i].cycle), static_cast<double>(series[i].value)});
    }
    return slope_of(points).value_or(slope_range{});
}

std::optional<growth> steady_growth(std::span<const rest_point> points, const measure& value_of) {
    std::vector<series_point> series;
    for (const rest_point& point : points) {
        series.push_back({point.cycle, value_of(point)});
    }
    return steady_growth(series);
}

bool is_worth_saying(quantity what, const growth& seen) {
    switch (what) {
        case quantity::descriptors:
            // Of the connections of one cycle: what leaks by the restart grows by one each.
            return seen.total >= rules::descriptors_growth_min(0);
        case quantity::threads:
            return seen.total >= threads_growth_min;
        case quantity::memory:
            return rules::is_worth_a_warning(seen.from, seen.total);
    }
    return false;
}

std::string to_text(const slope_range& per_cycle) {
    return short_text(per_cycle.slope) + " a cycle (95 % " + short_text(per_cycle.low) + " .. " +
           short_text(per_cycle.high) + ")";
}

std::string describe(const growth& seen, std::string_view what) {
    return std::string(what) + " from " + std::to_string(seen.from) + " to " +
           std::to_string(seen.to) + ", " + to_text(seen.per_cycle) + ", first more in cycle " +
           std::to_string(seen.first_grown_cycle);
}

std::vector<std::string> list_values(std::span<const rest_point> points, const measure& value_of) {
    std::vector<std::string> lines;
    for (const rest_point& point : points.last(std::min(points.size(), values_listed_max))) {
        lines.push_back("cycle " + std::to_string(point.cycle) + ": " +
                        std::to_string(value_of(point)));
    }
    return lines;
}

}  // namespace stormdrain
