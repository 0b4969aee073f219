#pragma once
// What the threads of a process tree do at one instant, as /proc and their stacks tell it: plain
// values.

#include "harness/base/time.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

// Since the thread began.
struct thread_times {
    duration ran{};
    duration ready{};               // it could have run, and had no CPU
    std::uint64_t turns_count = 0;  // how often it got a CPU
    bool operator==(const thread_times&) const = default;
};

struct thread_facts {
    pid_t process = 0;
    pid_t thread = 0;
    std::string name;     // /proc/PID/task/TID/comm
    char state = '?';     // as in proc_pid_stat(5)
    std::string wait_in;  // wchan: the kernel function it sleeps in; empty: unknown
    std::string syscall;  // "futex", "epoll_wait"; empty: running, or not permitted to be read
    std::optional<int> descriptor;  // the syscall's first argument, where it is a descriptor
    // Since the thread began.
    duration cpu_time{};
    duration ready_time{};          // it could have run, and had no CPU
    std::uint64_t turns_count = 0;  // how often it got a CPU
    // The same while it was watched: see watched() of thread_reader.hpp.
    duration cpu_used{};
    duration ready_waited{};
    std::uint64_t turns_seen = 0;
    bool operator==(const thread_facts&) const = default;
};

// Threads that stand at the same place.
struct stack_group {
    std::string command;  // of their process
    std::vector<pid_t> threads;
    // Innermost first. A function of the program itself is its name alone, one of a library names
    // that too: "wait_for_notification at lost_wakeup.cpp:52", "epoll_wait in libc.so.6".
    std::vector<std::string> frames;
    bool operator==(const stack_group&) const = default;
};

}  // namespace stormdrain
