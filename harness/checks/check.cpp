#include "harness/checks/check.hpp"

#include "harness/checks/evidence.hpp"
#include "harness/checks/held_states.hpp"
#include "harness/checks/rules/deferred_accept.hpp"
#include "harness/checks/rules/link_in_path.hpp"
#include "harness/checks/rules/starvation.hpp"
#include "harness/plan/stop_moment.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

namespace stormdrain {
namespace {

judgement with_finding(judgement::kind outcome, severity how_bad, std::string message,
                       std::vector<std::string> evidence) {
    judgement result;
    result.outcome = outcome;
    finding& what = result.findings.emplace_back();
    what.how_bad = how_bad;
    what.message = std::move(message);
    what.evidence = std::move(evidence);
    return result;
}

judgement with_reason(judgement::kind outcome, std::string reason) {
    judgement result;
    result.outcome = outcome;
    result.reason = std::move(reason);
    return result;
}

// Of what toxics held back, behind their own time.
duration lateness_of(const cycle_record& record) {
    duration worst{};
    for (const link_record& link : record.path.links) {
        for (const toxic_record& toxic : link.toxics) {
            worst = std::max(worst, toxic.lateness_max);
        }
    }
    return worst;
}

// Why this cycle says nothing about the server at all; empty: it does.
std::string spoilt_by(const check& with, const cycle_record& record) {
    if (!record.health.failure.empty()) {
        return "the harness failed: " + record.health.failure;
    }
    if (record.start.blame_is_elsewhere) {
        return "not the server's fault: " + record.start.failure;
    }
    if (with.starvation != check::timing::insensitive &&
        rules::is_starved(record.health.canary_slip_max)) {
        return "the harness was starved: a timer fired " + to_text(record.health.canary_slip_max) +
               " late";
    }
    if (with.starvation != check::timing::insensitive && rules::is_starved(lateness_of(record))) {
        return "the harness was starved: a link passed something on " +
               to_text(lateness_of(record)) + " late";
    }
    const bool lacks_server =
        with.needs == check::subject::started_server && !record.start.failure.empty();
    if (lacks_server && hindrance_of_start(record) == nullptr) {
        return "the server did not start";
    }
    return {};
}

// No delivery, no verdict: what the scenario wanted to see was never there.
const fault_record* undelivered_fault(const cycle_record& record) {
    const auto found = std::ranges::find_if(record.faults, [](const fault_record& fault) {
        return fault.planned_count > 0 && fault.delivered_count == 0;
    });
    return found == record.faults.end() ? nullptr : &*found;
}

// A stop that is drawn from the first moments of a process may come before the server answers at
// all, in every cycle if it starts slowly: what was to be held or done by then is no part of it.
bool is_early_stop(const cycle_record& record) {
    return record.stop.moment == to_text(stop_moment::during_start);
}

const fault_record* fault_after_early_stop(const cycle_record& record) {
    if (!is_early_stop(record)) {
        return nullptr;
    }
    const auto found = std::ranges::find_if(record.faults, [](const fault_record& fault) {
        const bool was_begun = fault.planned_count > 0 && fault.overtaken_count == 0;
        return fault.delivered_count == 0 && !was_begun;
    });
    return found == record.faults.end() ? nullptr : &*found;
}

// The same of what a link's toxics were to do; empty: all of them struck.
std::string why_toxic_missing(const cycle_record& record) {
    for (const rules::link_delivery& one : rules::deliveries_of(record.path)) {
        if (one.strikes_all && one.strikes_count == 0) {
            return one.what + " struck nothing on " + counted(one.connections_count, "connection");
        }
    }
    return {};
}

std::string proof_of(const fault_record& fault) {
    return fault.injections.empty() ? "it was never injected" : fault.injections.front().proof;
}

}  // namespace

std::string_view to_text(severity how_bad) {
    constexpr std::array<std::string_view, 3> words{"failure", "warning", "known"};
    return words.at(static_cast<std::size_t>(how_bad));
}

judgement kept() {
    return {};
}

judgement broken(std::string message, std::vector<std::string> evidence) {
    return with_finding(judgement::kind::broken, severity::failure, std::move(message),
                        std::move(evidence));
}

judgement warned(std::string message, std::vector<std::string> evidence) {
    return with_finding(judgement::kind::kept, severity::warning, std::move(message),
                        std::move(evidence));
}

judgement not_judged(std::string reason) {
    return with_reason(judgement::kind::not_judged, std::move(reason));
}

judgement not_applicable(std::string reason) {
    return with_reason(judgement::kind::not_applicable, std::move(reason));
}

judgement joined(judgement first, judgement second) {
    if (second.outcome == judgement::kind::broken) {
        first.outcome = judgement::kind::broken;
        std::ranges::move(second.findings, std::back_inserter(first.findings));
        return first;
    }
    const bool only_second =
        first.outcome == judgement::kind::not_applicable && second.outcome == judgement::kind::kept;
    return only_second ? second : first;
}

const check* find_check(std::string_view name) {
    const auto catalogue = check_catalogue();
    const auto found = std::ranges::find(catalogue, name, &check::name);
    return found == catalogue.end() ? nullptr : *found;
}

rest_point rest_point_of(const cycle_record& record) {
    rest_point point;
    point.cycle = record.id.index;
    point.process_number = record.id.process_number;
    if (!record.rest.at_rest) {
        return point;
    }
    std::map<descriptor_kind, std::uint32_t> counts;
    for (const process_facts& process : record.rest.at_rest->processes) {
        point.threads_count += process.threads_count;
        point.resident_bytes += process.resident_bytes;
        for (const descriptor& held : process.descriptors) {
            ++counts[held.kind];
        }
    }
    point.counts.assign(counts.begin(), counts.end());
    return point;
}

std::string why_server_starved(const cycle_record& record) {
    const std::optional<cpu_want>& want = record.health.server_want;
    if (!want || !rules::is_starved(*want)) {
        return {};
    }
    return "the server was starved: one of its threads was ready to run for " +
           to_text(want->waited) + " of " + to_text(want->within) + ", while it had " +
           to_text(want->ran) + " of " + counted(want->processors, "processor");
}

judgement judge(const check& with, const cycle_record& record, const promises& promised) {
    if (std::string why = spoilt_by(with, record); !why.empty()) {
        return not_judged(std::move(why));
    }
    if (with.needs == check::subject::started_server && !record.start.failure.empty()) {
        return not_applicable("its start was hindered on purpose, and it ended");
    }
    judgement result = with.examine(record, promised);
    if (result.outcome == judgement::kind::broken && with.starvation == check::timing::sensitive) {
        // What it did in time all the same counts.
        if (std::string why = why_server_starved(record); !why.empty()) {
            return not_judged(std::move(why));
        }
    }
    for (finding& what : result.findings) {
        what.id = with.name;
        what.cycle = record.id.index;
    }
    const bool no_finding =
        result.outcome == judgement::kind::kept || result.outcome == judgement::kind::not_judged;
    if (no_finding && ended_at_descriptor_limit(record, promised.while_running)) {
        return not_applicable("it may end when it is out of descriptors");
    }
    if (result.outcome == judgement::kind::kept && !record.stop.moment_reached) {
        return not_judged("the stop moment " + record.stop.moment + " was not reached");
    }
    if (result.outcome == judgement::kind::kept) {
        if (const fault_record* fault = fault_after_early_stop(record)) {
            return not_applicable("the stop came before fault " + fault->kind);
        }
        if (const fault_record* fault = undelivered_fault(record)) {
            const std::string why =
                "fault " + fault->kind + " was not delivered: " + proof_of(*fault);
            const bool is_impossible = fault->unavailable_count == fault->planned_count ||
                                       rules::is_deferred(*fault, promised.while_running);
            return is_impossible ? not_applicable(why) : not_judged(why);
        }
    }
    if (result.outcome == judgement::kind::kept) {
        if (std::string why = why_toxic_missing(record); !why.empty()) {
            return not_judged(std::move(why));
        }
    }
    const bool says_something =
        result.outcome == judgement::kind::kept || result.outcome == judgement::kind::broken;
    if (says_something && with.depends == check::relation::to_held_states) {
        if (std::string why = why_state_not_reached(record); !why.empty()) {
            const bool is_no_loss =
                is_early_stop(record) && result.outcome == judgement::kind::kept;
            return is_no_loss ? not_applicable(std::move(why)) : not_judged(std::move(why));
        }
    }
    return result;
}

std::vector<judgement> judge_all(const cycle_record& record, const promises& promised) {
    std::vector<judgement> all;
    for (const check* with : check_catalogue()) {
        all.push_back(judge(*with, record, promised));
    }
    return all;
}

}  // namespace stormdrain
