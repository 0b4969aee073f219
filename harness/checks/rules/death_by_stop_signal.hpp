#pragma once
// R14: a stop signal may still have its default action, or get it back.

#include "harness/process/exits/exit_status.hpp"

namespace stormdrain::rules {

// A core, or a signal that no request to stop brings about in a sound server.
bool is_crash(exit_status status);

// `stop_signal`: 0: the stop was not asked for by a signal.
bool is_death_by_stop_signal(exit_status status, int stop_signal);

}  // namespace stormdrain::rules
