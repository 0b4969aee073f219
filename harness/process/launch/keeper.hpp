#pragma once
// The parent of servers, one after the other: each is a tree_keeper's while it lives. Runs in a
// process forked from the guard, and ends when the harness lets go of its channel.

#include "harness/process/launch/keeper_protocol.hpp"
#include "harness/process/owned_descriptor.hpp"

namespace stormdrain {

// Keeps the first, then every one that is asked for over the channel. Returns the exit code.
int keeper_main(owned_descriptor channel, launch_parts first);

// How both guard and keeper treat signals: SIGCHLD is read from the returned signalfd(2), those
// of a terminal or a careless `kill` are ignored. Nothing when the kernel refuses.
owned_descriptor take_signals();

}  // namespace stormdrain
