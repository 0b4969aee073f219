#pragma once
// The stacks of all threads of a process tree, by elfutils' libdwfl: 10-20 ms for 8 threads. It
// stops each thread for a moment (ptrace(2)), and is done by a process of its own: attaching may
// wait for ever for a thread in uninterruptible sleep, and a crash in a library that reads
// whatever a broken server has mapped must not take the harness along.
//
// Stopping a thread makes some system calls end early, epoll_wait(2) among them (signal(7)): what
// is to be seen of a hang has to be seen before.

#include "harness/process/stacks/thread_facts.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// Deeper stacks are recursions, whose outer end tells no more.
inline constexpr std::size_t stack_frames_max = 64;
// About 1 s of work; servers with more threads have many alike.
inline constexpr std::size_t stack_threads_max = 512;

// Gives `write` the stacks, each as soon as it is known: what came before a deadline is of use.
void write_stacks(std::span<const pid_t> pids, const std::function<void(std::string_view)>& write);

// Runs the reader's side and returns its exit code: for main() when argv[1] is stacks_argument.
// All further arguments are pids; standard output gets the stacks.
int stacks_main(int argc, char** argv);
inline constexpr const char* stacks_argument = "__stacks";
// The argv to launch for it. The program is this very one, even if it was replaced on disk since:
// the link is read by the keeper's child, which still runs what the harness runs.
std::vector<std::string> stacks_command(std::span<const pid_t> pids);

struct stack_reading {
    std::vector<stack_group> stacks;  // the largest group first
    std::string missing;              // which threads have none, and why; empty: all have
    bool operator==(const stack_reading&) const = default;
};

// Reads back what write_stacks() wrote, or as much of it as there is.
stack_reading parse_stacks(std::string_view text);

}  // namespace stormdrain
