#pragma once
// Whose turn it is: which cycles a worker takes next. Pure, and the same for the same plan: a
// clock only ends it, and drops a scenario whose own budget is spent.

#include "harness/plan/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace stormdrain {

// Cycles that one worker carries out one after the other.
struct cycle_run {
    std::size_t scenario = 0;  // index into the plan
    std::size_t first = 0;     // position in its list of cycles
    std::size_t count = 0;     // more than one: of one in_process server
};

enum class turn_taking {
    // A scenario's cycles all together, in the order of the plan.
    one_by_one,
    // For a budget that may not suffice. Every scenario's first cycle comes first
    // (opening_order()),
    // then its first few; from there on all advance by the same share of what is planned for them,
    // so that the
    // time goes to those that need thousands of cycles.
    spread,
    // Of two builds, whose scenarios stand side by side in the plan: a cycle of one, then of the
    // other, which begins the next pair: what drifts with time strikes both alike. All pairs of
    // scenarios advance by the same share.
    in_pairs,
};

class cycle_order {
public:
    // What happens in every cycle (defects.md calls it deterministic) shows in so many.
    static constexpr std::size_t opening_cycles = 3;
    // Of one process, when turns are taken: slopes over restarts need 8 (rule R12), and beyond a
    // hundred the start of a process costs nothing any more.
    static constexpr std::size_t process_cycles = 100;
    // Of one process, when two builds take turns: enough for a slope over restarts (rule R12).
    static constexpr std::size_t paired_cycles = 10;

    cycle_order(const plan& planned, turn_taking how);

    // Empty: nothing is left for this worker. All of an in_process scenario goes to the worker that
    // began it: what grows over restarts is seen within its processes.
    std::optional<cycle_run> next(std::size_t worker);
    // No further cycle of this scenario.
    void drop(std::size_t scenario);
    // All cycles are to come once more.
    void begin_again();

private:
    struct progress {
        std::size_t planned_count = 0;
        std::size_t taken_count = 0;
        std::size_t first_rank = 0;  // of its first cycle among those of all
        bool lives_in_process = false;
        std::optional<std::size_t> worker = {};  // of an in_process scenario
    };

    bool comes_before(const progress& left, const progress& right) const;
    std::size_t run_length(const progress& of) const;
    std::optional<std::size_t> next_of_pairs(std::size_t worker) const;
    bool is_for(const progress& of, std::size_t worker) const;
    cycle_run take(std::size_t scenario, std::size_t worker);

    turn_taking how_;
    std::vector<progress> scenarios_;
};

}  // namespace stormdrain
