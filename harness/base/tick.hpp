#pragma once
// A grid in time that all share who only have to wait about so long: those that are due wake up
// together.

#include "harness/base/time.hpp"

namespace stormdrain {

// The first instant of the grid with this distance that is not before the given one.
time_point next_tick(time_point instant, duration distance);

}  // namespace stormdrain
