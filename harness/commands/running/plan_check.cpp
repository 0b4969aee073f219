#include "harness/commands/running/plan_check.hpp"

#include "harness/plan/cycle_plan.hpp"

#include <string>

namespace stormdrain {
namespace {

std::string differs(const std::string& what, std::uint64_t first, std::uint64_t second) {
    return "a defect of stormdrain: " + what + " is " + to_hex(first) + ", and " + to_hex(second) +
           " when it is made again";
}

}  // namespace

plan_check::plan_check(const plan& planned, const plan& again) : planned_(planned), again_(again) {
    const std::uint64_t first = planned.hash();
    const std::uint64_t second = again.hash();
    if (first != second) {
        throw plan_differs(differs("the plan", first, second));
    }
}

void plan_check::look_at(std::size_t scenario, std::uint32_t cycle) const {
    const planned_scenario& planned = planned_.scenarios.at(scenario);
    const planned_scenario& again = again_.scenarios.at(scenario);
    const seed its_seed = cycle_seed(planned_.run_seed, planned.id, cycle);
    if (derive(its_seed, "second look", 0) % one_of != 0) {
        return;
    }
    const std::uint64_t first = cycle_plan_hash(planned, its_seed);
    const std::uint64_t second =
        cycle_plan_hash(again, cycle_seed(again_.run_seed, again.id, cycle));
    if (first != second) {
        throw plan_differs(differs(
            "the plan of cycle " + std::to_string(cycle) + " of " + planned.id, first, second));
    }
}

}  // namespace stormdrain
