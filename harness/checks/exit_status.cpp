#include "harness/process/exits/exit_status.hpp"

#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/rules/death_by_stop_signal.hpp"
#include "harness/checks/rules/documented_exit.hpp"
#include "harness/checks/rules/early_signal.hpp"
#include "harness/checks/rules/second_signal.hpp"
#include "harness/checks/traits.hpp"

#include <algorithm>

namespace stormdrain::checks {
namespace {

// Stops of an in_process target are restarts: its process ends when it is asked to quit.
std::optional<since_start> asked_to_end(const cycle_record& record) {
    return record.in_process ? record.stop.quit_asked : record.stop.triggered;
}

// R24, unless the contract says which exits are legal then.
bool ended_by_early_stop(const cycle_record& record, const contract& at_stop) {
    return rules::is_early(record.stop.triggered, record.start.served) &&
           !rules::names(at_stop.exit_status, exit_circumstance::starting) &&
           rules::is_legal_early_exit(*record.exit, signal_number(record.stop.trigger));
}

// Where the stop left no time to look, connections may have been open.
rules::exit_circumstances circumstances_of(const cycle_record& record) {
    const auto& held = record.stop.held_at_trigger;
    return {!held || held->count > 0, rules::is_early(record.stop.triggered, record.start.served)};
}

// A second signal may be a demand to end at once.
std::vector<legal_exit> legal_exits(const cycle_record& record, const contract& at_stop) {
    std::vector<legal_exit> legal = at_stop.exit_status;
    const auto& more = at_stop.exit_status_after_second_signal;
    if (more && delivered_fault(record, "second_signal") != nullptr) {
        legal.insert(legal.end(), more->begin(), more->end());
    }
    return legal;
}

bool is_answer_to_second_signal(const cycle_record& record, const contract& at_stop) {
    return rules::is_any_exit_legal(at_stop) && !rules::is_crash(*record.exit) &&
           delivered_fault(record, "second_signal") != nullptr;
}

// The one that the harness sent where the contract requires it, or the fault's.
std::optional<since_start> second_signal_at(const cycle_record& record) {
    const fault_record* const fault = delivered_fault(record, "second_signal");
    if (record.stop.asked_again || fault == nullptr) {
        return record.stop.asked_again;
    }
    const auto sent = std::ranges::find(fault->injections, true, &injection::delivered);
    return sent == fault->injections.end() ? std::nullopt : std::optional(sent->struck);
}

// A death by signal closes nothing in an orderly way: what was open when the stop came was cut.
std::string what_it_held(const cycle_record& record) {
    const auto& held = record.stop.held_at_trigger;
    if (!record.exit->signalled() || !held || held->count == 0) {
        return {};
    }
    std::string text = " with " + counted(held->count, "connection") + " open at the stop";
    if (!held->rows.empty()) {
        const held_at& first = held->rows.front();
        text += ", first " + std::string(to_text(first.server_state)) + " of client port " +
                std::to_string(first.client.local.port) + " (" + first.client.purpose + ")";
    }
    return text;
}

// Of a crash it is chance whether it came before the stop or after.
std::string trait_of(const stormdrain::exit_status& status, std::string_view when) {
    return status.signalled() ? "dies of " + signal_name(status.signal())
                              : std::string(when) + ": " + to_text(status);
}

std::vector<std::string> gather_evidence(const cycle_record& record) {
    std::vector<std::string> evidence = describe_stop(record);
    for (std::string& line : last_output(record.output)) {
        evidence.push_back(std::move(line));
    }
    return evidence;
}

judgement examine_missing(const cycle_record& record) {
    if (record.in_process) {
        return not_applicable("the process goes on after an in-process restart");
    }
    return not_judged(forced_at(record) ? "the harness had to end the server; see shutdown_deadline"
                                        : "the exit was not seen (reached " +
                                              std::string(to_text(record.reached)) + ")");
}

judgement examine(const cycle_record& record, const promises& promised) {
    if (!record.exit) {
        return examine_missing(record);
    }
    const auto forced = forced_at(record);
    if (forced && (!record.exited || *record.exited >= *forced)) {
        return not_judged("ended by the harness with " + record.stop.escalations.back().signal +
                          " after the deadline; see shutdown_deadline");
    }
    if (was_killed_on_purpose(record)) {
        return not_applicable("the harness killed the server on purpose");
    }
    const std::string seen = to_text(*record.exit) + what_it_held(record);
    const auto asked = asked_to_end(record);
    const bool is_early = !asked || (record.exited && *record.exited < *asked);
    if (is_early && ended_at_descriptor_limit(record, promised.while_running)) {
        return not_applicable("it may end when it is out of descriptors");
    }
    if (is_early) {
        return identified_by(
            broken("promised to run until it is " +
                       std::string(record.in_process ? "asked to quit" : "stopped") +
                       ": ended by itself " + instant(record.exited) + ", " + seen,
                   gather_evidence(record)),
            {trait_of(*record.exit, "ends by itself")});
    }
    if (rules::is_gone_too_soon(record.stop.finished, second_signal_at(record), promised.at_stop)) {
        return identified_by(broken("promised to drain until it is told to stop once more: ended " +
                                        instant(record.exited) + ", " + seen,
                                    gather_evidence(record)),
                             {trait_of(*record.exit, "ends too soon")});
    }
    if (ended_by_early_stop(record, promised.at_stop) ||
        is_answer_to_second_signal(record, promised.at_stop)) {
        return kept();
    }
    const std::vector<legal_exit> legal = legal_exits(record, promised.at_stop);
    if (!rules::is_documented_exit(*record.exit, legal, circumstances_of(record))) {
        return identified_by(
            broken("promised " + rules::list(legal) + ": " + seen, gather_evidence(record)),
            {trait_of(*record.exit, "ends with")});
    }
    return kept();
}

}  // namespace

extern const check exit_status;
const check exit_status{
    .name = "exit_status",
    .summary = "The server ends only when it is stopped, and with an exit status it promised.",
    .examine = examine,
};

}  // namespace stormdrain::checks
