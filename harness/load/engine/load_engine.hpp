#pragma once
// Runs a load on several threads that share nothing, and adds up what came of it.

#include "harness/load/engine/engine_plan.hpp"
#include "harness/load/engine/engine_tally.hpp"
#include "harness/load/engine/load_shard.hpp"

#include <functional>

namespace stormdrain {

// What a watcher wants of a load that it has looked at.
enum class watch_answer {
    go_on,
    end,      // begin no further request, wait for those under way
    abandon,  // leave those under way, too
};

struct load_watch {
    duration every = std::chrono::milliseconds(200);
    std::function<watch_answer(const load_progress&)> look;  // null: nobody watches
};

// Blocks; the watcher is called by this thread. Throws what went wrong in a thread.
engine_tally run_load(const engine_plan& plan, const load_watch& watch = {});

}  // namespace stormdrain
