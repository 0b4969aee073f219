#pragma once
// Hands the plan's cycles to the workers, one after the other: pure decisions under the caller's
// lock. Cycles of one in_process server go to one worker, because its process must live on.

#include "harness/base/time.hpp"
#include "harness/commands/running/cycle_order.hpp"
#include "harness/plan/plan.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace stormdrain {

struct cycle_work {
    std::size_t scenario = 0;  // index into the plan
    std::uint32_t index = 0;   // of the cycle
    std::uint32_t attempt = 0;
    std::uint32_t replay = 0;  // how often it came before, with the same seed
    bool last = true;          // of the worker's run of an in_process scenario
};

struct queue_limits {
    // Of the run. With one, no scenario waits for the end of another: see turn_taking::spread.
    std::optional<duration> budget = {};
    bool fail_fast = false;
    // The plan is repeated with new cycle numbers until a promise breaks.
    bool until_fail = false;
    // A scenario ends with the first promise that it breaks.
    bool until_broken = false;
    // Of two builds, whose scenarios stand side by side in the plan: see turn_taking::in_pairs.
    bool in_pairs = false;
};

class work_queue {
public:
    // A cycle that could not be judged is tried that often before it counts as such (rule R22).
    static constexpr std::uint32_t attempts_max = 3;
    // --until-fail ends after that many passes over the plan, whatever the budget.
    static constexpr std::uint32_t passes_max = 100'000;

    work_queue(const plan& planned, queue_limits limits, time_point began, std::size_t workers);

    // The next cycle for the worker; empty: there is nothing left for it. When the run is cut
    // short, a living in_process server gets one more cycle, so that it is ended and examined.
    std::optional<cycle_work> next(std::size_t worker, time_point now);
    // It could not be judged: the cycle comes again. False: it was tried often enough.
    bool again(std::size_t worker, const cycle_work& work);
    // A promise was broken in it.
    void broken(std::size_t worker, const cycle_work& work);
    // No further cycle is handed out.
    void stop() { stopped_ = true; }
    bool stopped() const { return stopped_; }
    // Why fewer cycles than planned were done; empty: all were.
    const std::string& cut_short_because() const { return cut_short_because_; }

private:
    struct lane {  // what a worker still has to do before it takes anything new
        std::deque<cycle_work> cycles;
        bool process_lives = false;  // of an in_process scenario whose last cycle is yet to come
        std::optional<std::size_t> scenario = {};  // of the cycle that it carries out
        time_point since{};
    };

    std::optional<cycle_work> last_words(lane& mine);

    bool take_next_run(std::size_t worker);
    void add_time(lane& mine, time_point now);
    bool budget_spent(std::size_t scenario) const;
    bool begin_next_pass();

    const plan& planned_;
    queue_limits limits_;
    time_point began_;
    cycle_order order_;
    std::vector<lane> lanes_;
    std::vector<duration> time_spent_;  // on the cycles of each scenario
    std::uint32_t pass_ = 0;
    bool stopped_ = false;
    std::string cut_short_because_;
};

}  // namespace stormdrain
