#pragma once
// What `stormdrain attack --slow` prints of its clients, and of the others beside them.

#include "harness/load/engine/engine_tally.hpp"
#include "harness/load/engine/load_shard.hpp"
#include "harness/load/engine/slow_counts.hpp"
#include "harness/load/engine/slow_plan.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace stormdrain {

// A table for people, at most 100 columns wide.
std::string slow_page(std::string_view url, const slow_plan& plan, std::uint32_t processes_count,
                      const slow_counts& held, const engine_tally& others);

// "3 s: 9876 held, 12 closed by the server, 3 answered, 0 refused; others: 3 answered, 0 not"
std::string slow_line(const slow_counts& held, const load_progress& others, duration elapsed);

// Whether the others were served. How the server treats the slow ones is its own business; where
// none of them was connected nothing was tried.
enum class slow_verdict { others_served, others_failed, not_judged };
slow_verdict judge(const slow_counts& held, const engine_tally& others);

}  // namespace stormdrain
