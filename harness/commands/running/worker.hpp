#pragma once
// One thread of a run: takes cycles from the queue and carries them out, one after the other, on
// an io_context of its own.

#include "harness/commands/running/cycle_files.hpp"
#include "harness/commands/running/cycle_sink.hpp"
#include "harness/commands/running/plan_check.hpp"
#include "harness/commands/running/work_queue.hpp"
#include "harness/cycle/run_environment.hpp"
#include "harness/plan/plan.hpp"

#include <atomic>
#include <mutex>
#include <string>

namespace stormdrain {

// The queue with its lock: workers and the signal handler share it.
struct shared_queue {
    std::mutex mutex;
    work_queue queue;
};

struct worker_options {
    std::size_t number = 0;
    const plan& planned;
    shared_queue& work;
    cycle_sink& book;
    run_environment& environment;
    std::string cycles_folder;
    const plan_check* second_look = nullptr;  // null: nobody plans twice
    cycle_files files = {};                   // of cycles whose folder is kept
    std::string other_folder = {};  // of every second scenario: the other build's; empty: the same
};

// Returns when the queue has nothing left for it. Throws what kept it from going on.
void run_worker(const worker_options& options);

}  // namespace stormdrain
