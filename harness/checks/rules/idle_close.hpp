#pragma once
// R26: when an idle connection has to be closed by a server that stops, whatever else holds the
// stop.

#include "harness/base/time.hpp"
#include "harness/plan/contract.hpp"

#include <optional>

namespace stormdrain::rules {

// Empty: nothing is promised of it. `idle_since`: its last answer was whole; after T0 for one that
// became idle behind the stop.
std::optional<since_start> idle_close_due(since_start idle_since, since_start stop,
                                          const contract& promised,
                                          const running_contract& while_running);

// What was seen of it until the harness let go, or the server was gone.
struct idle_end {
    std::optional<since_start> server_closed;
    since_start watched_until{};
};

bool is_kept_idle(const idle_end& seen, since_start due);

}  // namespace stormdrain::rules
