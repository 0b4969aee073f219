#pragma once
// Reads what every thread of a process tree does right now, from /proc/PID/task: about 0.2 ms a
// thread. Needs no right beyond those to the process; what is not permitted stays empty.

#include "harness/process/stacks/thread_facts.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string_view>
#include <vector>

namespace stormdrain {

// More threads than any server needs to show why it hangs, and a reading stays below 0.3 s.
inline constexpr std::size_t threads_read_max = 1'024;

// Threads of processes that are gone are left out. Never fails.
std::vector<thread_facts> read_threads(std::span<const pid_t> pids);

// The later reading, with what each thread used since the earlier one. A thread that is only in
// the later one began meanwhile: all it used counts.
std::vector<thread_facts> watched(const std::vector<thread_facts>& before,
                                  std::vector<thread_facts> after);

// CPU times of every thread of a tree by its number, and nothing else of it: about 15 us a thread,
// cheap enough to be read all the time. Empty on kernels that keep no such times.
using tree_times = std::map<pid_t, thread_times>;
tree_times read_tree_times(std::span<const pid_t> pids);

// Where a thread sleeps, by the text of /proc/PID/task/TID/syscall (proc_pid_syscall(5)).
struct syscall_place {
    std::string name;               // "syscall 451" where the harness knows no name; empty: none
    std::optional<int> descriptor;  // the first argument, where it is a descriptor
    bool operator==(const syscall_place&) const = default;
};
syscall_place parse_syscall(std::string_view text);

}  // namespace stormdrain
