#pragma once
// Why a server did not stop in time, as far as it can be seen from outside: plain values.

#include "harness/base/time.hpp"
#include "harness/net/connection_log.hpp"
#include "harness/process/census/census.hpp"
#include "harness/process/stacks/thread_facts.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// The kinds of hang that differ in what a maintainer has to look for.
enum class hang_cause {
    unknown,
    lost_wakeup,        // every thread sleeps, no client is connected, no CPU is used
    stuck_connection,   // asleep, and a client's connection is still open
    spinning,           // uses the CPU without getting anywhere
    starved,            // ready to run and not let: the machine's fault, never the server's
    blocked_on_output,  // writes its log into a full pipe: the harness's fault
    uninterruptible,    // sleeps in the kernel (state D)
    waiting_for_child,  // the parent waits for a process of its own that does not end
    stopped,            // SIGSTOP (state T)
};

std::string_view to_text(hang_cause cause);

// One connection of ours that the server still holds, with everything known of both ends.
struct held_connection {
    pid_t process = 0;
    descriptor what;
    std::optional<connection_row> client;  // empty: not one of ours, or its address is gone
};

struct hang_record {
    hang_cause cause = hang_cause::unknown;
    std::string why;     // one line that a maintainer can act on
    duration watched{};  // how long the use of CPU was measured
    duration cpu_used{};
    std::vector<thread_facts> threads;
    std::vector<stack_group> stacks;  // the largest group first
    std::string stacks_missing;       // why there are none
    std::vector<held_connection> connections;
    std::string report_path;         // the text for people
    std::vector<std::string> notes;  // runtime dump asked for, core written, and what failed
};

}  // namespace stormdrain
