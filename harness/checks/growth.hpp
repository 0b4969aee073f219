#pragma once
// Growth over the cycles of one process, as verdict rule R12 has it, and the words for it.

#include "harness/checks/check.hpp"
#include "harness/checks/rules/plateau.hpp"
#include "harness/statistics/slope.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// What one cycle left in use, of one kind.
struct series_point {
    std::uint32_t cycle = 0;
    std::uint64_t value = 0;
};

struct growth {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::uint64_t total = 0;              // to - from
    slope_range per_cycle;                // from the end of the warm-up to now
    std::uint32_t first_grown_cycle = 0;  // the first above `from`
    bool operator==(const growth&) const = default;
};

// What is counted at rest.
enum class quantity { descriptors, threads, memory };

// Enough of it to speak of: a few more of anything are nothing yet.
bool is_worth_saying(quantity what, const growth& seen);

using measure = std::function<std::uint64_t(const rest_point&)>;

// Empty when the quantity did not grow steadily, be it in most cycles or in one of many.
std::optional<growth> steady_growth(std::span<const series_point> series);
std::optional<growth> steady_growth(std::span<const rest_point> points, const measure& value_of);

// Of the points behind the warm-up; flat where there are too few.
slope_range slope_since_warm_up(std::span<const series_point> series);

// "0.143 a cycle (95 % 0.125 .. 0.16)"
std::string to_text(const slope_range& per_cycle);

// "pipe from 12 to 31, 1.2 a cycle (95 % 1 .. 1.5), first more in cycle 7"
std::string describe(const growth& seen, std::string_view what);

// "cycle 7: 12", the latest points only.
std::vector<std::string> list_values(std::span<const rest_point> points, const measure& value_of);

}  // namespace stormdrain
