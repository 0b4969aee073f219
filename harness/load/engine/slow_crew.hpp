#pragma once
// Slow clients in processes of their own: each has descriptors of its own (RLIMIT_NOFILE), and none
// takes CPU time from the thread that watches how the server serves the others.

#include "harness/load/engine/slow_counts.hpp"
#include "harness/load/engine/slow_plan.hpp"

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace stormdrain {

// How many processes so many clients need, each of which may have `descriptors_max` open.
std::uint32_t processes_for(std::uint32_t clients_count, std::uint64_t descriptors_max);

class slow_crew {
public:
    // Forks: while the program has one thread. The clients begin at once, and are let go of by
    // finish(), by the crew's end, when this process ends, or at the deadline. Throws
    // environment_error.
    slow_crew(const slow_plan& plan, std::uint32_t processes_count, time_point deadline);
    slow_crew(const slow_crew&) = delete;
    slow_crew& operator=(const slow_crew&) = delete;
    ~slow_crew();

    slow_counts look() const;
    // Lets go of all clients and waits for the processes. What it returns is how all stood before.
    // Throws environment_error when a process was lost.
    slow_counts finish();

private:
    [[noreturn]] void play(const slow_plan& plan, std::uint32_t number, time_point deadline) const;
    // False: a process had ended before, or not by itself.
    bool end_all();

    const std::uint32_t processes_count_;
    slow_board* boards_ = nullptr;  // in memory that all of them share
    std::vector<pid_t> processes_;
};

}  // namespace stormdrain
