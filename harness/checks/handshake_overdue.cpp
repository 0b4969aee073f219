#include "harness/checks/evidence.hpp"
#include "harness/checks/overdue.hpp"

namespace stormdrain::checks {
namespace {

std::optional<client_wait> look_at(const fault_record& fault, const injection& one) {
    if (fault.kind != "stalled_handshake") {
        return std::nullopt;
    }
    const std::optional<since_start> ended = ended_before_client(one);
    client_wait seen;
    seen.kept_for = ended.value_or(one.ended) - one.struck;
    seen.ended = ended ? client_wait::end::server_ended_it : client_wait::end::something_else;
    seen.description = "a client that went no further " + instant(one.struck) + " was kept for " +
                       to_text(seen.kept_for) + (ended ? "" : ", until it gave up itself");
    return seen;
}

judgement examine(const cycle_record& record, const promises& promised) {
    wait_promise handshakes;
    handshakes.timeout = promised.while_running.handshake_timeout;
    handshakes.waits = "handshakes that do not go on";
    handshakes.one_wait = "a TLS handshake that does not go on";
    handshakes.none_was_long = "no handshake stood still";
    return judge_waits(record, handshakes, look_at);
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
