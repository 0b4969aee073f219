#pragma once
// The options that divide a run among machines, for the option table: each sets a value in the
// invocation and returns what was expected when the text is no such value.

#include "harness/config/invocation.hpp"

#include <string_view>

namespace stormdrain::shard_options {

// More would be more machines than a night has cycles for.
inline constexpr std::uint32_t shards_max = 10'000;
// Of a shard; schedulers give up long before.
inline constexpr std::uint32_t attempts_max = 10'000;

std::string_view set_shard(invocation& to, std::string_view text);
std::string_view set_cycles(invocation& to, std::string_view text);
std::string_view set_attempt(invocation& to, std::string_view text);

}  // namespace stormdrain::shard_options
