#include "harness/checks/rules/plateau.hpp"

#include "harness/checks/rules/rule.hpp"

#include <algorithm>

namespace stormdrain::rules {

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
        "a leak grows in at least 4 of 5 successive rounds, by 5 or 5 % of the connections.",
    .source = "nghttp2/nghttp2#1491; ollama/ollama#18344",
};

}  // namespace stormdrain::rules
