#pragma once
// Whole numbers of a command line.

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace stormdrain {

// Digits alone, from `min` to `max`; else nothing.
template <std::unsigned_integral Count>
std::optional<Count> read_count(std::string_view text, Count min, Count max) {
    Count value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    const bool fits = error == std::errc{} && stop == end && value >= min && value <= max;
    return fits ? std::optional(value) : std::nullopt;
}

}  // namespace stormdrain
