#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"

#include <algorithm>
#include <array>

namespace stormdrain::checks {
namespace {

// Those whose requests do not arrive whole, or take their time.
constexpr std::array<std::string_view, 3> slow_kinds{"one_byte", "partial_request", "slow_sender"};

bool is_slow_request(const fault_record& fault) {
    // A handshake that does not go on is another promise: see handshake_overdue.
    return std::ranges::find(slow_kinds, fault.kind) != slow_kinds.end() &&
           fault.point != to_text(strike_point::handshake);
}

struct waited {
    duration kept_for{};
    enum class until { the_server_ended_it, it_was_whole, its_client_gave_up } end{};
};

// Empty: it was over too early to say anything, or by something else.
std::optional<waited> look_at(const injection& one, const cycle_record& record, duration allowed) {
    const std::optional<since_start> ended = ended_by_server(one);
    // The socket is released at the end of every connection: what comes after we gave up is no act
    // of the server's. A stop ends what nothing else would.
    const bool by_server = ended && *ended < one.ended;
    const bool by_stop = by_server && record.stop.triggered && *ended >= *record.stop.triggered;
    waited seen{one.ended - one.struck, waited::until::its_client_gave_up};
    if (one.request_whole) {
        seen = {*one.request_whole - one.struck, waited::until::it_was_whole};
    } else if (by_server) {
        seen = {*ended - one.struck, waited::until::the_server_ended_it};
    } else if (one.response_status) {
        return std::nullopt;  // answered early, and nobody waits for the rest of it
    }
    const bool says_enough = seen.end == waited::until::the_server_ended_it && !by_stop;
    return says_enough || seen.kept_for > allowed ? std::optional(seen) : std::nullopt;
}

std::string describe(const fault_record& fault, const injection& one, const waited& seen) {
    std::string text = "a request of fault " + fault.kind + " that began " + instant(one.struck) +
                       " was waited for " + to_text(seen.kept_for);
    if (seen.end == waited::until::its_client_gave_up) {
        text += ", until its client gave up";
    } else if (seen.end == waited::until::it_was_whole) {
        text += ", until it was whole";
    }
    return text + " (" + one.proof + ")";
}

judgement examine(const cycle_record& record, const promises& promised) {
    const std::optional<duration>& timeout = promised.while_running.request_timeout;
    if (!timeout) {
        return not_applicable("the target does not promise to end requests that do not arrive");
    }
    if (was_disturbed_on_purpose(record)) {
        return not_applicable("the server was disturbed on purpose");
    }
    const duration allowed = *timeout + slack_for(*timeout);
    std::vector<std::string> overdue;
    bool any_judged = false;
    for (const fault_record& fault : record.faults) {
        if (!is_slow_request(fault)) {
            continue;
        }
        for (const injection& one : fault.injections) {
            const std::optional<waited> seen = look_at(one, record, allowed);
            if (!one.delivered || !seen) {
                continue;
            }
            any_judged = true;
            if (seen->kept_for > allowed) {
                add_bounded(overdue, describe(fault, one, *seen));
            }
        }
    }
    if (!any_judged) {
        return not_applicable("no request was on its way for longer than " + to_text(allowed));
    }
    if (overdue.empty()) {
        return kept();
    }
    const std::string first = overdue.front();
    return broken("promised to end a request that is not whole within " + to_text(*timeout) +
                      " (judged after " + to_text(allowed) + "): " + first,
                  std::move(overdue));
}

}  // namespace

extern const check request_overdue;
const check request_overdue{
    .name = "request_overdue",
    .summary =
        "A request that does not arrive whole is ended within the time that the target promises.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
