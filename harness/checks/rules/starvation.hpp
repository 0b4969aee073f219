#pragma once
// R22: a machine that was busy with something else.

#include "harness/base/time.hpp"
#include "harness/cycle/cycle_record.hpp"

#include <chrono>

namespace stormdrain::rules {

// How late a timer of the harness may fire: then its own times can still be trusted.
inline constexpr duration starvation_limit = std::chrono::milliseconds(250);

bool is_starved(duration timer_slip);

// The same share of a second, of a server that wanted the CPU.
inline constexpr int starvation_parts = 4;

bool is_starved(const cpu_want& server);

}  // namespace stormdrain::rules
