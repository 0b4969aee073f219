#pragma once
// Quantities as users write them, always with a unit: "250ms", "64KiB", "16KiB/s". A bare number is
// not a quantity: nobody remembers whether it was seconds.

#include "harness/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stormdrain {

// Units us, ms, s, min (or m), h; a decimal fraction is allowed ("1.5s").
std::optional<duration> read_duration(std::string_view text);
// Units B, KiB, MiB, GiB; whole numbers.
std::optional<std::uint64_t> read_size_bytes(std::string_view text);
std::optional<std::uint64_t> read_rate_bytes_per_second(std::string_view text);

// As read_duration() takes it, in the largest unit without a fraction: "90s", "2min".
std::string spell_duration(duration length);
std::string spell_size(std::uint64_t bytes);

// What was probably meant by a quantity with the wrong unit: "5min" for "5 minutes".
std::optional<std::string> corrected_duration(std::string_view text);
std::optional<std::string> corrected_size(std::string_view text);

}  // namespace stormdrain
