#include "harness/checks/growth.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace stormdrain {
namespace {

constexpr std::size_t values_listed_max = 12;

}  // namespace

std::optional<growth> steady_growth(std::span<const rest_point> points, const measure& value_of) {
    if (points.size() < growth_points_min) {
        return {};
    }
    const std::span<const rest_point> recent = points.last(growth_steps + 1);
    std::size_t grown_steps = 0;
    for (std::size_t i = 1; i < recent.size(); ++i) {
        grown_steps += value_of(recent[i]) > value_of(recent[i - 1]) ? 1U : 0U;
    }
    const std::span<const rest_point> warm = points.subspan(growth_warm_up_points);
    growth seen;
    seen.from = value_of(warm.front());
    seen.to = value_of(warm.back());
    if (grown_steps + 1 < growth_steps || seen.to <= seen.from) {
        return {};
    }
    seen.total = seen.to - seen.from;
    const std::uint32_t cycles = warm.back().cycle - warm.front().cycle;
    seen.per_cycle = static_cast<double>(seen.total) / std::max<std::uint32_t>(cycles, 1);
    const auto first = std::ranges::find_if(
        warm, [&](const rest_point& point) { return value_of(point) > seen.from; });
    seen.first_grown_cycle = first->cycle;
    return seen;
}

std::string describe(const growth& seen, std::string_view what) {
    std::array<char, 32> slope{};
    std::snprintf(slope.data(), slope.size(), "%.3g", seen.per_cycle);
    return std::string(what) + " from " + std::to_string(seen.from) + " to " +
           std::to_string(seen.to) + ", " + slope.data() + " a cycle, first more in cycle " +
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
