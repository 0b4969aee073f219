#pragma once
// R22: a machine that was busy with something else.

#include "harness/base/time.hpp"

#include <chrono>

namespace stormdrain::rules {

// How late a timer of the harness may fire: then its own times can still be trusted.
inline constexpr duration starvation_limit = std::chrono::milliseconds(250);

bool is_starved(duration timer_slip);

}  // namespace stormdrain::rules
