#include "harness/commands/running/cycle_order.hpp"

#include "harness/commands/running/opening_order.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

// 0: not begun, 1: not yet its first few, 2: the rest.
int stage_of(std::size_t taken_count) {
    return taken_count == 0 ? 0 : taken_count < cycle_order::opening_cycles ? 1 : 2;
}

}  // namespace

cycle_order::cycle_order(const plan& planned, turn_taking how) : how_(how) {
    const std::vector<std::size_t> ranks = opening_order(planned);
    for (std::size_t i = 0; i < planned.scenarios.size(); ++i) {
        const planned_scenario& scenario = planned.scenarios[i];
        progress& made = scenarios_.emplace_back();
        made.planned_count = scenario.skipped_because.empty() ? scenario.cycles.size() : 0;
        made.first_rank = ranks[i];
        made.lives_in_process = scenario.server->lifecycle == target_lifecycle::in_process;
    }
}

bool cycle_order::is_for(const progress& of, std::size_t worker) const {
    return of.worker.value_or(worker) == worker && of.taken_count < of.planned_count;
}

std::optional<cycle_run> cycle_order::next(std::size_t worker) {
    if (how_ == turn_taking::in_pairs) {
        const std::optional<std::size_t> scenario = next_of_pairs(worker);
        return scenario ? std::optional(take(*scenario, worker)) : std::nullopt;
    }
    auto chosen = scenarios_.end();
    for (auto each = scenarios_.begin(); each != scenarios_.end(); ++each) {
        if (!is_for(*each, worker)) {
            continue;
        }
        if (chosen == scenarios_.end() || comes_before(*each, *chosen)) {
            chosen = each;
        }
    }
    if (chosen == scenarios_.end()) {
        return std::nullopt;
    }
    return take(static_cast<std::size_t>(chosen - scenarios_.begin()), worker);
}

cycle_run cycle_order::take(std::size_t scenario, std::size_t worker) {
    progress& chosen = scenarios_[scenario];
    cycle_run run;
    run.scenario = scenario;
    run.first = chosen.taken_count;
    run.count = run_length(chosen);
    chosen.taken_count += run.count;
    if (chosen.lives_in_process) {
        chosen.worker = worker;
        if (how_ == turn_taking::in_pairs) {  // else one would wait for the other's worker
            scenarios_[scenario ^ 1U].worker = worker;
        }
    }
    return run;
}

// A pair that was begun is ended first; else the one that is the furthest behind.
std::optional<std::size_t> cycle_order::next_of_pairs(std::size_t worker) const {
    std::optional<std::size_t> chosen;
    for (std::size_t first = 0; first + 1 < scenarios_.size(); first += 2) {
        const progress& a = scenarios_[first];
        const progress& b = scenarios_[first + 1];
        if (a.taken_count != b.taken_count) {
            const std::size_t behind = a.taken_count < b.taken_count ? first : first + 1;
            if (is_for(scenarios_[behind], worker)) {
                return behind;
            }
            continue;
        }
        const std::size_t pair =
            a.taken_count / (a.lives_in_process || b.lives_in_process ? paired_cycles : 1);
        const std::size_t begins = pair % 2 == 0 ? first : first + 1;
        const bool is_nearer = !chosen || a.taken_count * scenarios_[*chosen].planned_count <
                                              scenarios_[*chosen].taken_count * a.planned_count;
        if (is_for(scenarios_[begins], worker) && is_nearer) {
            chosen = begins;
        }
    }
    return chosen;
}

// Of equals the first in the plan stays.
bool cycle_order::comes_before(const progress& left, const progress& right) const {
    if (how_ == turn_taking::one_by_one) {
        return false;
    }
    const int left_stage = stage_of(left.taken_count);
    const int right_stage = stage_of(right.taken_count);
    if (left_stage != right_stage) {
        return left_stage < right_stage;
    }
    if (left_stage == 0) {
        return left.first_rank < right.first_rank;
    }
    if (left_stage == 1) {
        return false;
    }
    // Shares of what is planned, compared without rounding.
    return left.taken_count * right.planned_count < right.taken_count * left.planned_count;
}

std::size_t cycle_order::run_length(const progress& of) const {
    const std::size_t left = of.planned_count - of.taken_count;
    if (!of.lives_in_process) {
        return 1;
    }
    if (how_ == turn_taking::one_by_one) {
        return left;
    }
    if (how_ == turn_taking::in_pairs) {
        return std::min(left, paired_cycles);
    }
    return std::min(left, of.taken_count == 0 ? opening_cycles : process_cycles);
}

void cycle_order::drop(std::size_t scenario) {
    scenarios_[scenario].taken_count = scenarios_[scenario].planned_count;
    if (how_ == turn_taking::in_pairs) {  // its other half, too
        progress& other = scenarios_[scenario ^ 1U];
        other.taken_count = other.planned_count;
    }
}

void cycle_order::begin_again() {
    for (progress& each : scenarios_) {
        each.taken_count = 0;
    }
}

}  // namespace stormdrain
