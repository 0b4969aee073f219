#include "harness/commands/probe_book.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/checks/repetition.hpp"
#include "harness/checks/rules/starvation.hpp"
#include "harness/probe/stop_times.hpp"

#include <ostream>
#include <utility>

namespace stormdrain {
namespace {

std::ofstream opened(const std::string& path) {
    std::ofstream file(path, std::ios::trunc);
    if (!file) {
        throw environment_error("cannot write " + path);
    }
    return file;
}

// What one cycle showed, for whoever waits.
std::string line_for(const cycle_record& record) {
    if (!record.start.failure.empty()) {
        return "did not start: " + record.start.failure;
    }
    if (!tells_stop_time(record)) {
        condition_evidence alone;
        alone.cycles.push_back(record);
        return why_unusable(alone);
    }
    return is_over(record.stop)
               ? to_text(*record.stop.finished - *record.stop.triggered)
               : "not over after " + to_text(record.stop.deadline - *record.stop.triggered);
}

}  // namespace

probe_book::probe_book(const probe_plan& all, std::ostream& out, voice says,
                       const std::string& results)
    : all_(all), out_(out), says_(says), results_file_(opened(results)), lines_(results_file_) {
    for (std::size_t index = 0; index < all_.places.size(); ++index) {
        evidence_at(evidence_, all_.places[index]).skipped_because =
            all_.planned.scenarios[index].skipped_because;
    }
}

void probe_book::header(const run_facts& facts) {
    run_results nothing_yet;
    nothing_yet.facts = facts;
    for (const planned_scenario& scenario : all_.planned.scenarios) {
        scenario_result& blank = nothing_yet.scenarios.emplace_back();
        blank.id = scenario.id;
        blank.target = scenario.server->name;
        blank.suite = scenario.from->name;
        blank.scenario = scenario.what().name;
        blank.suite_file = scenario.from->file;
        blank.target_file = scenario.server->file;
        blank.skipped_because = scenario.skipped_because;
        blank.planned_count = scenario.cycles.size();
    }
    lines_.header(nothing_yet);
}

cycle_sink::outcome probe_book::add(const cycle_work& work, const cycle_record& record,
                                    bool last_attempt) {
    const std::lock_guard lock(mutex_);
    lines_.cycle(all_.planned.scenarios[work.scenario].id, record, {});
    outcome led_to;
    const bool was_starved =
        rules::is_starved(record.health.canary_slip_max) || !why_server_starved(record).empty();
    const promises none;  // a probe holds the server to nothing
    led_to.repeat =
        !last_attempt && (was_starved || is_worth_repeating(record, judge_all(record, none)));
    if (led_to.repeat) {
        return led_to;
    }
    const probe_place& place = all_.places[work.scenario];
    if (says_ == voice::lines) {
        out_ << (place.mode.empty() ? "running" : place.mode) << " " << place.condition << ": "
             << line_for(record) << "\n"
             << std::flush;
    }
    evidence_at(evidence_, place).cycles.push_back(record);
    return led_to;
}

}  // namespace stormdrain
