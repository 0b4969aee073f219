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

bool is_worth_repeating(const cycle_record& record, std::span<const judgement> judged) {
    const auto any = [judged](judgement::kind outcome) {
        return std::ranges::find(judged, outcome, &judgement::outcome) != judged.end();
    };
    if (any(judgement::kind::broken)) {
        return false;  // whatever else it could not show: a crash, a report of a sanitizer
    }
    return rules::is_starved(record.health.canary_slip_max) || any(judgement::kind::not_judged) ||
           was_overtaken(record);
}

}  // namespace stormdrain
