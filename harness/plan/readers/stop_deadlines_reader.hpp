#pragma once
// Reads the keys of a stop mode that decide how long it may take: "exit_within" and what is short
// for deadlines of held conditions.

#include "harness/config/object_reader.hpp"
#include "harness/plan/contract.hpp"

#include <chrono>

namespace stormdrain {

// Of every promise of time in a target file.
inline constexpr duration promise_min = std::chrono::milliseconds(1);
inline constexpr duration promise_max = std::chrono::hours(1);

// "exit_within", "exit_within_while", "timeout", "silent", "idle_keep_alive", "becomes_idle" and
// "upgrade". What is said for one condition goes before what is said for many.
void read_stop_deadlines(object_reader& mode, const running_contract& while_running,
                         contract& result);

}  // namespace stormdrain
