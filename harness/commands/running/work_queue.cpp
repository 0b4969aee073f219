#include "harness/commands/running/work_queue.hpp"

#include <algorithm>

namespace stormdrain {

work_queue::work_queue(const plan& planned, queue_limits limits, time_point began,
                       std::size_t workers)
    : planned_(planned),
      limits_(limits),
      began_(began),
      // What is repeated until a promise breaks reaches everything in any case.
      order_(planned, limits.in_pairs                       ? turn_taking::in_pairs
                      : limits.budget && !limits.until_fail ? turn_taking::spread
                                                            : turn_taking::one_by_one),
      lanes_(workers),
      time_spent_(planned.scenarios.size()) {}

std::optional<cycle_work> work_queue::next(std::size_t worker, time_point now) {
    lane& mine = lanes_[worker];
    add_time(mine, now);
    if (!stopped_ && limits_.budget && now - began_ >= *limits_.budget) {
        cut_short_because_ = "the budget of " + to_text(*limits_.budget) + " was spent";
        stopped_ = true;
    }
    if (stopped_) {
        return last_words(mine);
    }
    while (mine.cycles.empty()) {
        if (!take_next_run(worker) && !begin_next_pass()) {
            return std::nullopt;
        }
    }
    cycle_work work = mine.cycles.front();
    mine.cycles.pop_front();
    if (!mine.cycles.empty() && budget_spent(work.scenario)) {
        cut_short_because_ = "the budget of a scenario was spent";
        mine.cycles.clear();
        work.last = true;
    }
    mine.process_lives = !work.last;
    mine.scenario = work.scenario;
    mine.since = now;
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

void work_queue::add_time(lane& mine, time_point now) {
    if (mine.scenario) {
        time_spent_[*mine.scenario] += now - mine.since;
        mine.scenario.reset();
    }
}

// Of a scenario that several workers can share they do: so its budget is one on the clock.
bool work_queue::budget_spent(std::size_t scenario) const {
    const planned_scenario& planned = planned_.scenarios[scenario];
    const std::optional<duration>& budget = planned.what().budget;
    const bool is_shared = planned.server->lifecycle != target_lifecycle::in_process;
    const auto workers = static_cast<duration::rep>(is_shared ? lanes_.size() : 1);
    return budget && time_spent_[scenario] / workers >= *budget;
}

bool work_queue::take_next_run(std::size_t worker) {
    while (const std::optional<cycle_run> run = order_.next(worker)) {
        if (budget_spent(run->scenario)) {
            order_.drop(run->scenario);
            cut_short_because_ = "the budget of a scenario was spent";
            continue;
        }
        const planned_scenario& scenario = planned_.scenarios[run->scenario];
        // Cycle numbers go on from pass to pass, so that every cycle has a seed of its own.
        const std::uint32_t shift = pass_ * (scenario.cycles.back() + 1);
        for (std::size_t taken = 0; taken < run->count; ++taken) {
            cycle_work work;
            work.scenario = run->scenario;
            const auto place =
                scenario.cycles.begin() + static_cast<std::ptrdiff_t>(run->first + taken);
            work.replay = static_cast<std::uint32_t>(
                place - std::lower_bound(scenario.cycles.begin(), place, *place));
            work.replay += *place == scenario.cycles.front() ? scenario.replays_before : 0U;
            work.index = *place + shift;
            work.last = taken + 1 == run->count;
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
    std::ranges::fill(time_spent_, duration::zero());
    order_.begin_again();
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

void work_queue::broken(std::size_t worker, const cycle_work& work) {
    if (limits_.until_broken) {
        cut_short_because_ = "a scenario ends with the first promise that it breaks";
        order_.drop(work.scenario);
        lane& mine = lanes_[worker];
        if (mine.cycles.size() > 1) {  // the last one ends the process
            mine.cycles.erase(mine.cycles.begin(), mine.cycles.end() - 1);
        }
    }
    if (limits_.fail_fast || limits_.until_fail) {
        stopped_ = true;
        cut_short_because_ = "a promise was broken and the run was to stop at the first";
    }
}

}  // namespace stormdrain
