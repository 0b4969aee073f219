#include "harness/plan/shard.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {
namespace {

bool owns(std::string_view scenario_id, const shard_choice& shard) {
    return derive(0, scenario_id, 0) % shard.total + 1 == shard.number;
}

// Of its first cycle, where the shard before has carried it out a few times already.
std::uint32_t replays_before(const std::vector<std::uint32_t>& cycles, std::size_t first) {
    const auto place = cycles.begin() + static_cast<std::ptrdiff_t>(first);
    return static_cast<std::uint32_t>(place - std::lower_bound(cycles.begin(), place, *place));
}

}  // namespace

std::string_view to_text(shard_unit unit) {
    return unit == shard_unit::scenarios ? "scenarios" : "cycles";
}

std::optional<shard_unit> shard_unit_of(std::string_view word) {
    for (const shard_unit unit : {shard_unit::scenarios, shard_unit::cycles}) {
        if (to_text(unit) == word) {
            return unit;
        }
    }
    return std::nullopt;
}

std::string to_text(const shard_choice& shard) {
    return std::to_string(shard.number) + "/" + std::to_string(shard.total);
}

std::optional<shard_share> share_of(std::string_view scenario_id, std::size_t cycles_count,
                                    target_lifecycle lifecycle, const shard_choice& shard) {
    const bool is_whole = shard.unit == shard_unit::scenarios || cycles_count == 0 ||
                          lifecycle == target_lifecycle::in_process;
    if (is_whole) {
        return owns(scenario_id, shard) ? std::optional(shard_share{0, cycles_count})
                                        : std::nullopt;
    }
    const std::size_t first = cycles_count * (shard.number - 1) / shard.total;
    const std::size_t behind = cycles_count * shard.number / shard.total;
    return first == behind ? std::nullopt : std::optional(shard_share{first, behind - first});
}

plan shard_of(const plan& whole, const shard_choice& shard) {
    plan part;
    part.run_seed = whole.run_seed;
    for (const planned_scenario& scenario : whole.scenarios) {
        const std::optional<shard_share> share =
            share_of(scenario.id, scenario.cycles.size(), scenario.server->lifecycle, shard);
        if (!share) {
            continue;
        }
        planned_scenario& own = part.scenarios.emplace_back(scenario);
        if (share->count > 0) {  // else it is skipped, and has no cycles
            const auto first = scenario.cycles.begin() + static_cast<std::ptrdiff_t>(share->first);
            own.cycles.assign(first, first + static_cast<std::ptrdiff_t>(share->count));
            own.first_place = share->first;
            own.replays_before = replays_before(scenario.cycles, share->first);
        }
    }
    return part;
}

}  // namespace stormdrain
