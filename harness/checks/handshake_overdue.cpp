#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"

#include <optional>

namespace stormdrain::checks {
namespace {

struct stalled {
    duration kept_for{};
    enum class how { ended_by_server, given_up } ended = how::given_up;
};

// The socket is released at the end of every connection: what comes after we gave up is no act of
// the server's.
stalled look_at(const injection& one) {
    const std::optional<since_start> ended = ended_by_server(one);
    if (ended && *ended < one.ended) {
        return {*ended - one.struck, stalled::how::ended_by_server};
    }
    return {one.ended - one.struck, stalled::how::given_up};
}

std::string describe(const injection& one, const stalled& seen) {
    return "a client that went no further " + instant(one.struck) + " was kept for " +
           to_text(seen.kept_for) +
           (seen.ended == stalled::how::given_up ? ", until it gave up itself" : "") + " (" +
           one.proof + ")";
}

judgement examine(const cycle_record& record, const promises& promised) {
    const std::optional<duration>& timeout = promised.while_running.handshake_timeout;
    if (!timeout) {
        return not_applicable("the target does not promise to end handshakes that do not go on");
    }
    if (was_disturbed_on_purpose(record)) {
        return not_applicable("the server was disturbed on purpose");
    }
    const duration allowed = *timeout + slack_for(*timeout);
    std::vector<std::string> overdue;
    bool any_judged = false;
    for (const fault_record& fault : record.faults) {
        if (fault.kind != "stalled_handshake") {
            continue;
        }
        for (const injection& one : fault.injections) {
            const stalled seen = look_at(one);
            const bool was_long_enough =
                seen.ended == stalled::how::ended_by_server || seen.kept_for > allowed;
            if (!one.delivered || !was_long_enough) {
                continue;
            }
            any_judged = true;
            if (seen.kept_for > allowed) {
                add_bounded(overdue, describe(one, seen));
            }
        }
    }
    if (!any_judged) {
        return not_applicable("no handshake stood still for longer than " + to_text(allowed));
    }
    if (overdue.empty()) {
        return kept();
    }
    const std::string first = overdue.front();
    return broken("promised to end a TLS handshake that does not go on within " +
                      to_text(*timeout) + " (judged after " + to_text(allowed) + "): " + first,
                  std::move(overdue));
}

}  // namespace

extern const check handshake_overdue;
const check handshake_overdue{
    .name = "handshake_overdue",
    .summary =
        "A TLS handshake that does not go on is ended within the time that the target "
        "promises.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
