#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"

#include <cmath>

namespace stormdrain::checks {
namespace {

// R21: of one core. Timers and housekeeping take a few percent, a loop that spins takes it whole.
constexpr double share_max = 0.2;

std::string percent(double share) {
    return std::to_string(std::lround(share * 100.0)) + " %";
}

judgement examine(const cycle_record& record, const promises&) {
    std::vector<std::string> evidence;
    bool any_measured = false;
    for (const fault_record& fault : record.faults) {
        for (const injection& one : fault.injections) {
            if (!one.delivered || !one.cpu_share) {
                continue;
            }
            any_measured = true;
            if (*one.cpu_share > share_max) {
                add_bounded(evidence, "used " + percent(*one.cpu_share) +
                                          " of a core when nothing was asked of it, under fault " +
                                          fault.kind + " that struck " + instant(one.struck) +
                                          " (" + one.proof + ")");
            }
        }
    }
    if (!any_measured) {
        return not_applicable("no fault measured the CPU of an idle server");
    }
    if (evidence.empty()) {
        return kept();
    }
    const std::string first = evidence.front();
    return broken(
        "promised to wait without spinning, " + percent(share_max) + " of a core at most: " + first,
        std::move(evidence));
}

}  // namespace

extern const check idle_cpu;
const check idle_cpu{
    .name = "idle_cpu",
    .summary = "A server that can do nothing, as without free descriptors, does not spin.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
