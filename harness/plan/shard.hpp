#pragma once
// Which part of a plan falls to one of several machines. It depends on nothing but the ids, the
// numbers of cycles and how many shards there are, so that shards run anywhere and in any order.

#include "harness/plan/plan.hpp"
#include "harness/plan/shard_choice.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace stormdrain {

// Places in the scenario's list of cycles: those from `first`, `count` of them.
struct shard_share {
    std::size_t first = 0;
    std::size_t count = 0;
    bool operator==(const shard_share&) const = default;
};

// Empty: nothing of it falls to the shard. What grows over restarts is seen within one process: a
// scenario whose server lives on over its cycles falls to one shard in any case, and so does one
// without cycles.
std::optional<shard_share> share_of(std::string_view scenario_id, std::size_t cycles_count,
                                    target_lifecycle lifecycle, const shard_choice& shard);

// The scenarios of which the shard has cycles, with these; and those that are skipped and fall to
// it.
plan shard_of(const plan& whole, const shard_choice& shard);

}  // namespace stormdrain
