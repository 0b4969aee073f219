#pragma once
// What one process of a server's tree held at the instant of its exit: everything that it forgot to
// close is still there, and nothing can be added any more. Plain values.

#include "harness/base/time.hpp"
#include "harness/process/census/census.hpp"
#include "harness/process/exits/exit_status.hpp"

#include <string_view>

namespace stormdrain {

// How exits of a tree are seen.
enum class exit_witness {
    none,     // not at all
    seccomp,  // user notification on exit_group(2): every exit, but no death by signal
    ptrace,   // PTRACE_EVENT_EXIT of the first process: death by signal, too
    sampled,  // the descriptors were read again and again until the process was gone
};

std::string_view to_text(exit_witness witness);

struct process_end {
    time_point at;  // CLOCK_MONOTONIC: when the process asked the kernel to end it, or died
    exit_witness seen_by = exit_witness::none;
    exit_status status;  // as wait(2) will tell it
    process_facts held;
};

}  // namespace stormdrain
