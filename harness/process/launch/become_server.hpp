#pragma once
// The server's process: forked from its keeper, and what runs in it before execve(2).

#include "harness/process/launch/keeper_protocol.hpp"
#include "harness/process/launch/launch_spec.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <sys/types.h>

#include <vector>

namespace stormdrain {

struct forked_server {
    pid_t pid = 0;
    owned_descriptor handle;  // pidfd_open(2)
    // step_messages come here until exec, which is its end.
    owned_descriptor steps;
    const char* failed_step = nullptr;  // null: it was forked
    int error = 0;
};

// All that it gets.
struct server_descriptors {
    int input = -1;              // becomes 0; -1: /dev/null
    int output = -1;             // becomes 1 and 2; -1: /dev/null
    std::vector<int> listeners;  // become 3, 4, ...
};

// Forks a process that becomes the server, or tells the failed step and exits. In this order:
// signals, session, parent-death signal, descriptors, exit filter, limits, folder, exec.
// Descriptors come before limits, so that a low RLIMIT_NOFILE is the server's problem and not the
// launch's.
forked_server fork_server(launch_spec spec, server_descriptors own);

}  // namespace stormdrain
