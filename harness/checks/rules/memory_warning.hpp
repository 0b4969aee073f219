#pragma once
// R13: memory that a process keeps is no leak by itself.

#include <cstdint>

namespace stormdrain::rules {

// Allocators keep memory and caches fill: below that nobody should be bothered.
bool is_worth_a_warning(std::uint64_t from_bytes, std::uint64_t growth_bytes);

}  // namespace stormdrain::rules
