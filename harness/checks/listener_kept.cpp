#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/rules/listener_after_stop.hpp"

#include <algorithm>

namespace stormdrain::checks {
namespace {

// Why nothing can be said of the listener; empty: it can.
std::optional<judgement> why_not_judged(const cycle_record& record, const promises& promised) {
    const stop_record& stop = record.stop;
    if (promised.at_stop.listener != listener_promise::close_at_once) {  // R19
        return not_applicable("the target may keep its listener while it stops");
    }
    if (!stop.triggered) {
        return not_applicable("no stop was triggered");
    }
    if (record.exited && *record.exited < *stop.triggered) {
        return not_applicable("the server was gone before the stop");
    }
    if (!stop.trigger_failure.empty()) {
        return not_judged("the stop could not be triggered: " + stop.trigger_failure);
    }
    if (!stop.listener_gone && !stop.finished && stop.escalations.empty()) {
        return not_judged("the end of the stop was not seen");
    }
    // Given more time: its log was held back on purpose, or, after a look at the hang, the machine.
    if (stop.extensions_count > 0 && !stop.hang) {
        return not_applicable("nobody read the server's log while it stopped");
    }
    if (stop.extensions_count > 0) {
        return not_judged("the server was kept from stopping: " + stop.hang->why);
    }
    return {};
}

judgement examine(const cycle_record& record, const promises& promised) {
    if (const auto why = why_not_judged(record, promised)) {
        return *why;
    }
    const stop_record& stop = record.stop;
    // What still listens after the end is no longer the server: see port_held, orphan_process.
    const since_start end = stop.finished.value_or(stop.deadline);
    const since_start gone = std::min(stop.listener_gone.value_or(end), end);
    const duration kept_for = gone - *stop.triggered;
    if (!rules::is_kept_too_long(promised.at_stop.listener, kept_for)) {
        return kept();
    }
    return broken("promised to close its listener at once: it still took connections " +
                      to_text(kept_for) + " after the stop",
                  describe_stop(record));
}

}  // namespace

extern const check listener_kept;
const check listener_kept{
    .name = "listener_kept",
    .summary = "A server that stops takes no new connections, unless its contract allows it.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
