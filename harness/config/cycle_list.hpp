#pragma once
// Indices of cycles as a user lists them.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace stormdrain {

inline constexpr std::uint32_t cycles_max = 10'000'000;

// "431", "3,17", "10-19,431"; ascending and without repeats.
std::optional<std::vector<std::uint32_t>> read_cycles(std::string_view text);

}  // namespace stormdrain
