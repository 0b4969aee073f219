#pragma once
// R24: a stop that comes before the server has a handler for it.

#include "harness/base/time.hpp"
#include "harness/process/exits/exit_status.hpp"

#include <optional>

namespace stormdrain::rules {

// `served`: the first answer; empty: none came.
bool is_early(const std::optional<since_start>& stop, const std::optional<since_start>& served);

// Whoever started it may pass the signal on in its own way (143, 241): anything but a crash. The
// stop signal itself may dump core where nothing handles it yet.
bool is_legal_early_exit(exit_status status, int stop_signal);

}  // namespace stormdrain::rules
