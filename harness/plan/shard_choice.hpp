#pragma once
// Which of several shards of a plan: see shard.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stormdrain {

enum class shard_unit {
    scenarios,  // each falls to one shard; another scenario in the plan moves none of them
    cycles,     // each shard takes a range of the cycles of every scenario
};

std::string_view to_text(shard_unit unit);
std::optional<shard_unit> shard_unit_of(std::string_view word);

struct shard_choice {
    std::uint32_t number = 1;  // from 1
    std::uint32_t total = 1;
    shard_unit unit = shard_unit::scenarios;
    bool operator==(const shard_choice&) const = default;
};

// "2/4"
std::string to_text(const shard_choice& shard);

// More would be more machines than a night has cycles for.
inline constexpr std::uint32_t shards_max = 10'000;

}  // namespace stormdrain
