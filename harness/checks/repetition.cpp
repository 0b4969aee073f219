#include "harness/checks/repetition.hpp"

#include "harness/checks/rules/starvation.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

// All that the scenario was to do came after the stop.
bool was_overtaken(const cycle_record& record) {
    const bool some_arrived = std::ranges::any_of(
        record.faults, [](const fault_record& fault) { return fault.delivered_count > 0; });
    const bool some_were_late = std::ranges::any_of(
        record.faults, [](const fault_record& fault) { return fault.overtaken_count > 0; });
    return some_were_late && !some_arrived;
}

}  // namespace

bool is_worth_repeating(const cycle_record& record, const promises& promised) {
    bool any_unjudged = rules::is_starved(record.health.canary_slip_max);
    for (const check* with : check_catalogue()) {
        const judgement::kind outcome = judge(*with, record, promised).outcome;
        if (outcome == judgement::kind::broken) {
            return false;  // whatever else it could not show: a crash, a report of a sanitizer
        }
        any_unjudged = any_unjudged || outcome == judgement::kind::not_judged;
    }
    return any_unjudged || was_overtaken(record);
}

}  // namespace stormdrain
