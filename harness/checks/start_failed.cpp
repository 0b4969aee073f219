#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/traits.hpp"

#include <algorithm>

namespace stormdrain::checks {
namespace {

// With its port taken a server has to say so by its exit, or to wait until the port is free.
judgement examine_hindered(const cycle_record& record, const fault_record& hindrance) {
    const std::string where = " while " + hindrance.kind + " stood in its way";
    if (record.start.failure.empty() ||
        (record.exit && record.exit->exited() && record.exit->code() != 0)) {
        return kept();
    }
    const std::string seen = record.exit ? to_text(*record.exit) : record.start.failure;
    return identified_by(
        broken("promised to fail with an exit status, or to serve in the end: " + seen + where,
               last_output(record.output)),
        {"hindered by " + hindrance.kind + ": " + without_numbers(seen)});
}

// The proof that nothing is in the way of the next start.
judgement examine_restart(const cycle_record& record) {
    const restart_record& restart = *record.restart;
    if (restart.start.failure.empty()) {
        return kept();
    }
    const bool ports_were_free = std::ranges::all_of(record.ports, &port_record::bindable);
    if (restart.start.blame_is_elsewhere && record.orphans.empty() && ports_were_free) {
        return not_judged("not the server's fault: " + restart.start.failure);
    }
    std::vector<std::string> evidence;
    for (const process_facts& orphan : record.orphans) {
        evidence.push_back("still running: " + orphan.command + " (pid " +
                           std::to_string(orphan.pid) + ")");
    }
    for (const residue_item& item : record.residue.items) {
        evidence.push_back("left behind: " + std::string(to_text(item.kind)) + " " + item.name +
                           (item.detail.empty() ? "" : ", " + item.detail));
    }
    const std::string first = evidence.empty() ? "" : "; " + evidence.front();
    return identified_by(
        broken("promised to start again in the same folder and on the same ports: " +
                   restart.start.failure + first,
               std::move(evidence)),
        {"again: " + without_numbers(restart.start.failure)});
}

judgement examine(const cycle_record& record, const promises& promised) {
    const start_record& start = record.start;
    if (const fault_record* hindrance = hindrance_of_start(record)) {
        return examine_hindered(record, *hindrance);
    }
    if (record.restart && start.failure.empty()) {
        return examine_restart(record);
    }
    if (start.failure.empty()) {
        return record.reached > cycle_phase::starting
                   ? kept()
                   : not_judged("the cycle ended while it was " +
                                std::string(to_text(record.reached)));
    }
    std::vector<std::string> evidence{
        "launched " + instant(start.launched),
        "listening " + instant(start.listening),
        "first request served " + instant(start.served) + ", deadline " + instant(start.deadline),
    };
    if (record.exit) {
        evidence.push_back("exit status: " + to_text(*record.exit) + " " + instant(record.exited));
    }
    for (std::string& line : last_output(record.output)) {
        evidence.push_back(std::move(line));
    }
    return identified_by(
        broken("promised to serve within " + to_text(promised.while_running.start_within) +
                   " of its start: " + start.failure,
               std::move(evidence)),
        {without_numbers(start.failure)});
}

}  // namespace

extern const check start_failed;
const check start_failed{
    .name = "start_failed",
    .summary = "The server owns its listening sockets and serves a request in time.",
    .starvation = check::timing::sensitive,
    .needs = check::subject::any_server,
    .examine = examine,
};

}  // namespace stormdrain::checks
