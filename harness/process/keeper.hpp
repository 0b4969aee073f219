#pragma once
// One server's parent: starts it, reports its life, adopts its orphans, and ends the whole tree
// when it is told to or when the harness is gone. Runs in a process forked from the guard.

#include "harness/process/owned_descriptor.hpp"

#include <vector>

namespace stormdrain {

struct keeper_descriptors {
    owned_descriptor channel;  // SOCK_SEQPACKET to the harness
    owned_descriptor spec;     // memory file with the encoded launch_spec
    owned_descriptor input;    // may be closed: /dev/null
    owned_descriptor output;   // may be closed: /dev/null
    std::vector<owned_descriptor> listeners;
};

// Returns the keeper's exit code.
int keeper_main(keeper_descriptors descriptors);

// How both guard and keeper treat signals: SIGCHLD is read from the returned signalfd(2), those
// of a terminal or a careless `kill` are ignored. Nothing when the kernel refuses.
owned_descriptor take_signals();

}  // namespace stormdrain
