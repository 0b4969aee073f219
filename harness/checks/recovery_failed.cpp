#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/rules/descriptor_limit_exit.hpp"

#include <algorithm>

namespace stormdrain::checks {
namespace {

std::string describe(const fault_record& fault, const injection& one) {
    return "fault " + fault.kind + " struck " + instant(one.struck) + " and was over " +
           instant(one.ended) + " (" + one.proof + "): " + one.after->failure;
}

judgement examine(const cycle_record& record, const promises& promised) {
    std::vector<std::string> evidence;
    bool any_judged = false;
    for (const fault_record& fault : record.faults) {
        if (rules::is_exit_at_limit(fault, record.exited, promised.while_running)) {
            continue;
        }
        for (const injection& one : fault.injections) {
            if (!one.delivered || !one.after) {
                continue;
            }
            any_judged = true;
            if (!one.after->served) {
                add_bounded(evidence, describe(fault, one));
            }
        }
    }
    if (!any_judged) {
        return not_applicable("no fault on the server's process was over before the stop");
    }
    if (evidence.empty()) {
        return kept();
    }
    const std::string first = evidence.front();
    for (std::string& line : last_output(record.output)) {
        evidence.push_back(std::move(line));
    }
    return broken("promised to serve again once a fault is over: " + first, std::move(evidence));
}

}  // namespace

extern const check recovery_failed;
const check recovery_failed{
    .name = "recovery_failed",
    .summary = "Once a fault on its process is over, the server serves new connections again.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
