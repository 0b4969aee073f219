#include "harness/checks/overdue.hpp"

#include "harness/checks/evidence.hpp"

#include <utility>
#include <vector>

namespace stormdrain {

std::optional<since_start> ended_before_client(const injection& one) {
    const std::optional<since_start> ended = ended_by_server(one);
    return ended && *ended < one.ended ? ended : std::nullopt;
}

judgement judge_waits(const cycle_record& record, const wait_promise& promised,
                      const wait_reader& read) {
    if (!promised.timeout) {
        return not_applicable("the target does not promise to end " + std::string(promised.waits));
    }
    if (was_disturbed_on_purpose(record)) {
        return not_applicable("the server was disturbed on purpose");
    }
    const duration allowed = *promised.timeout + slack_for(*promised.timeout);
    std::vector<std::string> overdue;
    bool any_judged = false;
    for (const fault_record& fault : record.faults) {
        for (const injection& one : fault.injections) {
            std::optional<client_wait> seen;
            if (one.delivered) {
                seen = read(fault, one);
            }
            const bool is_late = seen && seen->kept_for > allowed;
            any_judged =
                any_judged || is_late || (seen && seen->ended == client_wait::end::server_ended_it);
            if (is_late) {
                add_bounded(overdue, std::move(seen->description) + " (" + one.proof + ")");
            }
        }
    }
    if (!any_judged) {
        return not_applicable(std::string(promised.none_was_long) + " for longer than " +
                              to_text(allowed));
    }
    if (overdue.empty()) {
        return kept();
    }
    const std::string first = overdue.front();
    return broken("promised to end " + std::string(promised.one_wait) + " within " +
                      to_text(*promised.timeout) + " (judged after " + to_text(allowed) +
                      "): " + first,
                  std::move(overdue));
}

}  // namespace stormdrain
