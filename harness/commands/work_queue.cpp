#include "harness/commands/work_queue.hpp"

#include <algorithm>

namespace stormdrain {

work_queue::work_queue(const plan& planned, queue_limits limits, time_point began,
                       std::size_t workers)
    : planned_(planned),
      limits_(limits),
      began_(began),
      lanes_(workers),
      scenario_began_(planned.scenarios.size()) {}

std::optional<cycle_work> work_queue::next(std::size_t worker, time_point now) {
    lane& mine = lanes_[worker];
    if (!stopped_ && limits_.budget && now - began_ >= *limits_.budget) {
        cut_short_because_ = "the budget of " + to_text(*limits_.budget) + " was spent";
        stopped_ = true;
    }
    if (stopped_) {
        return last_words(mine);
    }
    while (mine.cycles.empty()) {
        if (!take_next_scenario(worker, now) && !begin_next_pass()) {
            return std::nullopt;
        }
    }
    cycle_work work = mine.cycles.front();
    mine.cycles.pop_front();
    if (!mine.cycles.empty() && scenario_budget_spent(work.scenario, now)) {
        mine.cycles.clear();
        work.last = true;
    }
    mine.process_lives = !work.last;
    return work;
}

std::optional<cycle_work> work_queue::last_words(lane& mine) {
    if (!mine.process_lives || mine.cycles.empty()) {
        return std::nullopt;
    }
    cycle_work work = mine.cycles.front();
    mine.cycles.clear();
    mine.process_lives = false;
    work.last = true;
    return work;
}

bool work_queue::scenario_budget_spent(std::size_t scenario, time_point now) {
    const std::optional<duration>& budget = planned_.scenarios[scenario].what().budget;
    const std::optional<time_point>& began = scenario_began_[scenario];
    if (!budget || !began || now - *began < *budget) {
        return false;
    }
    cut_short_because_ = "the budget of a scenario was spent";
    return true;
}

bool work_queue::take_next_scenario(std::size_t worker, time_point now) {
    while (scenario_ < planned_.scenarios.size()) {
        const planned_scenario& scenario = planned_.scenarios[scenario_];
        const bool done = !scenario.skipped_because.empty() || cycle_ >= scenario.cycles.size();
        if (done || scenario_budget_spent(scenario_, now)) {
            ++scenario_;
            cycle_ = 0;
            continue;
        }
        if (!scenario_began_[scenario_]) {
            scenario_began_[scenario_] = now;
        }
        const bool in_process = scenario.server->lifecycle == target_lifecycle::in_process;
        const std::size_t count = in_process ? scenario.cycles.size() - cycle_ : 1;
        // Cycle numbers go on from pass to pass, so that every cycle has a seed of its own.
        const std::uint32_t shift = pass_ * (scenario.cycles.back() + 1);
        for (std::size_t taken = 0; taken < count; ++taken, ++cycle_) {
            cycle_work work;
            work.scenario = scenario_;
            work.index = scenario.cycles[cycle_] + shift;
            work.last = !in_process || taken + 1 == count;
            lanes_[worker].cycles.push_back(work);
        }
        return true;
    }
    return false;
}

bool work_queue::begin_next_pass() {
    const bool any = std::ranges::any_of(planned_.scenarios, [](const planned_scenario& scenario) {
        return scenario.skipped_because.empty() && !scenario.cycles.empty();
    });
    if (!limits_.until_fail || !any || ++pass_ >= passes_max) {
        return false;
    }
    std::ranges::fill(scenario_began_, std::nullopt);
    scenario_ = 0;
    cycle_ = 0;
    return true;
}

bool work_queue::again(std::size_t worker, const cycle_work& work) {
    if (work.attempt + 1 >= attempts_max) {
        return false;
    }
    cycle_work repeated = work;
    ++repeated.attempt;
    lanes_[worker].cycles.push_front(repeated);
    return true;
}

void work_queue::broken() {
    if (limits_.fail_fast || limits_.until_fail) {
        stopped_ = true;
        cut_short_because_ = "a promise was broken and the run was to stop at the first";
    }
}

}  // namespace stormdrain
