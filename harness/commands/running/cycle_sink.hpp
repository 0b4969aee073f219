#pragma once
// Who takes the records of a run's cycles as they end. Called from all workers: thread-safe.

#include "harness/commands/running/work_queue.hpp"
#include "harness/cycle/cycle_record.hpp"

#include <ostream>
#include <string_view>

namespace stormdrain {

class cycle_sink {
public:
    // What one cycle led to.
    struct outcome {
        bool repeat = false;  // nothing was taken: the cycle is to be tried again
        bool broken = false;  // a promise was broken
        bool keep = false;    // its folder is evidence
    };

    virtual ~cycle_sink() = default;
    // A cycle is carried out from now on.
    virtual void begins(const cycle_work& /*work*/) {}
    // `last_attempt`: take the cycle even though it could not be judged.
    virtual outcome add(const cycle_work& work, const cycle_record& record, bool last_attempt) = 0;
    // Keeps what a person sees alive while cycles are long: to be called about once a second.
    virtual void tick() = 0;
    // A signal ends the run: said in a line of its own, whatever else is on the screen.
    virtual void say_early_end(std::ostream& out, std::string_view words) {
        out << "\n" << words << "\n" << std::flush;
    }
};

}  // namespace stormdrain
