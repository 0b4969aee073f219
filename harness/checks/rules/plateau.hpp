#pragma once
// R12: pools and caches fill up and stop, a leak goes on. What is counted at rest, round by round.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace stormdrain::rules {

inline constexpr std::size_t growth_warm_up_points = 3;
inline constexpr std::size_t growth_steps = 5;
inline constexpr std::size_t growth_points_min = growth_warm_up_points + growth_steps + 1;

struct steady_rise {
    std::uint64_t from = 0;       // at the end of the warm-up
    std::uint64_t to = 0;         // now
    std::size_t first_risen = 0;  // index of the first value above `from`
};

// Empty when the values, oldest first, did not rise in at least 4 of the last 5 steps.
std::optional<steady_rise> steady_rise_of(std::span<const std::uint64_t> values);

// What is judged of what grows slower: six steps, and a tooth of a saw is not as long.
inline constexpr std::size_t slow_points_min = 40;
inline constexpr std::size_t slow_steps_min = 6;

// Empty unless the values have risen, in steps that none later gave back, ever since they last were
// what they were at the end of the warm-up: as much in the later half of that time as in the
// earlier one (what fills up does so ever more slowly), and with the 95 % band of the Theil-Sen
// slope above zero in the whole and in the later half.
std::optional<steady_rise> slow_rise_of(std::span<const std::uint64_t> values);

// A server may open a few more of anything while it works: this many are nothing yet.
std::uint64_t descriptors_growth_min(std::uint64_t connections_count);

}  // namespace stormdrain::rules
