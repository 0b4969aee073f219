#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/rules/idle_cpu_window.hpp"

#include <cmath>

namespace stormdrain::checks {
namespace {

std::string percent(double share) {
    return std::to_string(std::lround(share * 100.0)) + " %";
}

judgement examine(const cycle_record& record, const promises& promised) {
    std::vector<std::string> evidence;
    bool any_measured = false;
    for (const fault_record& fault : record.faults) {
        for (const injection& one : fault.injections) {
            if (!one.delivered || !one.after || !one.after->cpu_share) {
                continue;
            }
            if (rules::is_known_to_spin(fault.kind, promised.while_running.at_descriptor_limit)) {
                continue;
            }
            any_measured = true;
            if (rules::is_spinning(*one.after->cpu_share)) {
                add_bounded(evidence, "used " + percent(*one.after->cpu_share) +
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
    return broken("promised to wait without spinning, " + percent(rules::idle_cpu_share_max) +
                      " of a core at most: " + first,
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
