#pragma once
// Growth over the cycles of one process, as verdict rule R12 has it, and the words for it.

#include "harness/checks/check.hpp"
#include "harness/checks/rules/plateau.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct growth {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::uint64_t total = 0;              // to - from
    double per_cycle = 0;                 // from the end of the warm-up to now
    std::uint32_t first_grown_cycle = 0;  // the first above `from`
};

using measure = std::function<std::uint64_t(const rest_point&)>;

// Empty when the measured quantity did not grow steadily.
std::optional<growth> steady_growth(std::span<const rest_point> points, const measure& value_of);

// "pipe from 12 to 31 in ..., 1.2 a cycle, first in cycle 7"
std::string describe(const growth& seen, std::string_view what);

// "cycle 7: 12", the latest points only.
std::vector<std::string> list_values(std::span<const rest_point> points, const measure& value_of);

}  // namespace stormdrain
