#include "harness/checks/growth.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

namespace stormdrain {
namespace {

constexpr std::size_t values_listed_max = 12;

}  // namespace

std::optional<growth> steady_growth(std::span<const rest_point> points, const measure& value_of) {
    std::vector<std::uint64_t> values;
    std::ranges::transform(points, std::back_inserter(values), value_of);
    const auto risen = rules::steady_rise_of(values);
    if (!risen) {
        return {};
    }
    growth seen;
    seen.from = risen->from;
    seen.to = risen->to;
    seen.total = seen.to - seen.from;
    const std::uint32_t cycles = points.back().cycle - points[rules::growth_warm_up_points].cycle;
    seen.per_cycle = static_cast<double>(seen.total) / std::max<std::uint32_t>(cycles, 1);
    seen.first_grown_cycle = points[risen->first_risen].cycle;
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
