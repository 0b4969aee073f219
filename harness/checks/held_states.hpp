#pragma once
// Whether what the faults of a scenario were to hold did stand when the stop came, as the kernel
// showed the server's sockets then: a server may end a connection before that, and legally so.

#include "harness/cycle/cycle_record.hpp"

#include <string>

namespace stormdrain {

// Why this look at the server's end of a connection does not show the condition; empty: it does.
// Null: the server had no such socket any more.
std::string why_not_shown(held_condition condition, const held_at* seen);

// Of every fault that holds something at least one connection must have stood. Why one has none:
// "idle_keep_alive was not reached: connection 3 was closed by the server 40 ms before the stop";
// empty: all stood, or it cannot be told.
std::string why_state_not_reached(const cycle_record& record);

}  // namespace stormdrain
