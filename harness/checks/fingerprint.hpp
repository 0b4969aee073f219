#pragma once
// The same failure has the same name every night: eight digits of a hash over what makes a finding
// that finding, and over nothing that another seed, port, process or machine would change.

#include "harness/plan/grid_cell.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stormdrain {

// Of SHA-256. A history of 1,000 findings has two alike with a chance of 1 in 8,600, and those are
// of different targets most of the time.
inline constexpr std::size_t fingerprint_digits = 8;

// `traits` in any order, also repeated: see traits.hpp.
std::string fingerprint_of(std::string_view check, const std::optional<grid_cell>& cell,
                           std::span<const std::string> traits);

// The first hexadecimal digits of the text's SHA-256.
std::string short_digest(std::string_view text, std::size_t digits);

}  // namespace stormdrain
