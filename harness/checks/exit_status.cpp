#include "harness/process/exit_status.hpp"

#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"

#include <algorithm>

namespace stormdrain::checks {
namespace {

bool is_listed(const stormdrain::exit_status& status, const std::vector<legal_exit>& legal) {
    return std::ranges::any_of(legal, [&](const legal_exit& one) {
        return one.how == legal_exit::kind::code
                   ? status.exited() && status.code() == one.number
                   : status.signalled() && status.signal() == one.number;
    });
}

std::string list(const std::vector<legal_exit>& legal) {
    std::string text;
    for (const legal_exit& one : legal) {
        text += text.empty() ? "" : " or ";
        text += one.how == legal_exit::kind::code ? "exit " + std::to_string(one.number)
                                                  : "killed by " + signal_name(one.number);
    }
    return text;
}

// Stops of an in_process target are restarts: its process ends when it is asked to quit.
std::optional<since_start> asked_to_end(const cycle_record& record) {
    return record.in_process ? record.stop.quit_asked : record.stop.triggered;
}

// R14, R24: before the server was ready its stop signal may still have the default action, and
// whoever started it may pass that on in its own way (143, 241).
bool ended_by_early_stop(const cycle_record& record) {
    return record.stop.triggered && !is_crash(*record.exit) &&
           (!record.start.served || *record.stop.triggered < *record.start.served);
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

// Nothing was said of a second signal: then only a crash is wrong in any server.
bool is_answer_to_second_signal(const cycle_record& record, const contract& at_stop) {
    return !at_stop.exit_status_after_second_signal && !is_crash(*record.exit) &&
           delivered_fault(record, "second_signal") != nullptr;
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
    if (!asked || (record.exited && *record.exited < *asked)) {
        return broken("promised to run until it is " +
                          std::string(record.in_process ? "asked to quit" : "stopped") +
                          ": ended by itself " + instant(record.exited) + ", " + seen,
                      gather_evidence(record));
    }
    if (ended_by_early_stop(record) || is_answer_to_second_signal(record, promised.at_stop)) {
        return kept();
    }
    const std::vector<legal_exit> legal = legal_exits(record, promised.at_stop);
    if (!is_listed(*record.exit, legal) || record.exit->core_dumped()) {
        return broken("promised " + list(legal) + ": " + seen, gather_evidence(record));
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
