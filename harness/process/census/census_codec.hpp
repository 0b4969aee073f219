#pragma once
// Facts of a process as bytes, for the way from a keeper to the harness. Both are copies of one
// program, so there is no versioning.

#include "harness/process/census/census.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stormdrain {

// Of more descriptors than this only the first are sent: a process of a million of them must not
// fill the memory of a keeper.
inline constexpr std::size_t encoded_descriptors_max = 65'536;

// The longest that encode() can make: 4 KiB is the longest path (PATH_MAX).
inline constexpr std::size_t encoded_facts_bytes_max = encoded_descriptors_max * 4352;

std::string encode(const process_facts& facts);
// Nothing when the bytes are not what encode() makes.
std::optional<process_facts> decode_process_facts(std::string_view bytes);

}  // namespace stormdrain
