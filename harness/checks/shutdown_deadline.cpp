#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/rules/release_rule.hpp"
#include "harness/checks/rules/worst_condition_deadline.hpp"
#include "harness/checks/traits.hpp"

#include <algorithm>

namespace stormdrain::checks {
namespace {

constexpr std::size_t timeline_lines_max = 10;
constexpr std::size_t sockets_shown_max = 10;  // of each process
constexpr std::size_t frames_shown_max = 8;    // the rest is in the report

bool was_gone_before_the_stop(const cycle_record& record) {
    return record.exited && (!record.stop.triggered || *record.exited < *record.stop.triggered);
}

std::string what_was_seen(const stop_record& stop) {
    std::string seen;
    if (stop.finished) {
        seen = "it took " + to_text(*stop.finished - *stop.triggered);
    } else {
        seen = "it was not over after " + to_text(stop.deadline - *stop.triggered);
    }
    if (!stop.escalations.empty()) {
        seen += " and needed " + stop.escalations.back().signal;
    }
    return seen;
}

// What it was still doing when its time was up: processes, and the sockets they held.
void add_state_at_deadline(std::vector<std::string>& evidence, const census& taken) {
    for (const process_facts& process : taken.processes) {
        evidence.push_back("at the deadline: " + process.command + " (pid " +
                           std::to_string(process.pid) + ", state " + process.state + ", " +
                           counted(process.threads_count, "thread") + ", " +
                           counted(process.descriptors.size(), "descriptor") + ")");
        std::size_t shown = 0;
        for (const descriptor& held : process.descriptors) {
            if (held.tcp && shown < sockets_shown_max) {
                evidence.push_back("at the deadline: " + to_text(held));
                ++shown;
            }
        }
    }
}

// By the machine, or by the harness that did not drain its log: never the server's fault.
bool was_kept_from_ending(const hang_record& hang) {
    return hang.cause == hang_cause::starved || hang.cause == hang_cause::blocked_on_output;
}

// The largest groups of threads, each in one line, innermost function first.
void add_stacks(std::vector<std::string>& evidence, const hang_record& hang) {
    for (const stack_group& group : hang.stacks) {
        std::string line = counted(group.threads.size(), "thread") + " of " + group.command + ":";
        for (std::size_t i = 0; i < std::min(group.frames.size(), frames_shown_max); ++i) {
            line += (i == 0 ? " " : " <- ") + group.frames[i];
        }
        add_bounded(evidence, std::move(line));
    }
    if (!hang.stacks_missing.empty()) {
        evidence.push_back("no stacks: " + hang.stacks_missing);
    }
    if (!hang.report_path.empty()) {
        evidence.push_back("the whole report: " + hang.report_path);
    }
}

std::vector<std::string> gather_evidence(const cycle_record& record) {
    std::vector<std::string> evidence = describe_stop(record);
    if (record.stop.hang) {
        add_stacks(evidence, *record.stop.hang);
    }
    if (record.stop.at_deadline) {
        add_state_at_deadline(evidence, *record.stop.at_deadline);
    }
    for (const fault_record& fault : record.faults) {
        evidence.push_back("fault " + fault.kind + " at " + fault.point + ": delivered " +
                           std::to_string(fault.delivered_count) + " of " +
                           std::to_string(fault.planned_count));
    }
    const auto& events = record.timeline;
    const std::size_t shown = std::min(events.size(), timeline_lines_max);
    for (std::size_t i = events.size() - shown; i < events.size(); ++i) {
        evidence.push_back(instant(events[i].at) + " " + events[i].what);
    }
    for (std::string& line : last_output(record.output)) {
        evidence.push_back(std::move(line));
    }
    return evidence;
}

judgement examine(const cycle_record& record, const promises& promised) {
    const stop_record& stop = record.stop;
    if (was_killed_on_purpose(record)) {
        return not_applicable("the harness killed the server on purpose");
    }
    if (was_gone_before_the_stop(record) &&
        ended_at_descriptor_limit(record, promised.while_running)) {
        return not_applicable("it may end when it is out of descriptors");
    }
    if (was_gone_before_the_stop(record)) {
        return not_judged("the server was gone before the stop; see exit_status");
    }
    if (!stop.trigger_failure.empty()) {
        return not_judged("the stop could not be triggered: " + stop.trigger_failure);
    }
    if (!stop.triggered) {
        return not_judged("the stop was never triggered (reached " +
                          std::string(to_text(record.reached)) + ")");
    }
    if (record.in_process && record.exit && !stop.finished && stop.escalations.empty()) {
        return not_judged("the process ended instead of restarting its server; see exit_status");
    }
    if (rules::is_over_in_time(stop.finished, stop.deadline)) {
        // Only a process that goes on after a restart can still have to be killed.
        return stop.escalations.empty() ? kept()
                                        : broken("promised to end after its last restart: needed " +
                                                     stop.escalations.back().signal,
                                                 gather_evidence(record));
    }
    if (stop.hang && was_kept_from_ending(*stop.hang)) {
        return not_judged("it was kept from ending: " + stop.hang->why);
    }
    const bool is_forced = promised.at_stop.second_signal == second_signal_promise::force &&
                           delivered_fault(record, "second_signal") != nullptr;
    if (!is_forced &&
        !rules::may_be_timed(deadline_for(promised.at_stop, stop.held), stop.released)) {
        return not_judged("the harness did not let go of what the server waits for");
    }
    const std::string held = stop.worst == held_condition::none
                                 ? "with nothing held"
                                 : "while " + std::string(to_text(stop.worst));
    const duration allowed = stop.deadline - *stop.triggered;
    return identified_by(broken("promised to stop within " + to_text(stop.promised) + " " + held +
                                    " (judged after " + to_text(allowed) + "): " +
                                    what_was_seen(stop) + (stop.hang ? "; " + stop.hang->why : ""),
                                gather_evidence(record)),
                         traits_of_hanging_stop(record));
}

}  // namespace

extern const check shutdown_deadline;
const check shutdown_deadline{
    .name = "shutdown_deadline",
    .summary = "A stop is over by the deadline of the worst condition that clients hold.",
    .starvation = check::timing::looks_at_server,
    .depends = check::relation::to_held_states,
    .examine = examine,
};

}  // namespace stormdrain::checks
