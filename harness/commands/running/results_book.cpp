#include "harness/commands/running/results_book.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/checks/repetition.hpp"
#include "harness/commands/running/planned_results.hpp"
#include "harness/commands/running/run_parts.hpp"
#include "harness/commands/stored/history_keeper.hpp"
#include "harness/report/kept_folders.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {
namespace {

// Whether a person should be able to look at the folder of a cycle.
bool is_evidence(const std::vector<finding>& findings, const cycle_record& record) {
    const bool red = std::ranges::any_of(
        findings, [](const finding& what) { return what.how_bad == severity::failure; });
    return red || !record.health.failure.empty() || !record.start.failure.empty();
}

std::ofstream opened(const std::string& path) {
    std::ofstream file(path, std::ios::trunc);
    if (!file) {
        throw environment_error("cannot write " + path);
    }
    return file;
}

}  // namespace

results_book::results_book(const plan& planned, const run_results& whole, files where,
                           console& screen, std::optional<past_nights> past)
    : planned_(planned),
      where_(std::move(where)),
      screen_(screen),
      past_(std::move(past)),
      began_(clock::now()),
      results_file_(opened(where_.results)),
      lines_(results_file_) {
    results_.facts = whole.facts;
    results_.nothing_to_do = whole.facts.shard && planned.scenarios.empty();
    for (const planned_scenario& scenario : planned_.scenarios) {
        judges_.emplace_back(blank_result(scenario), promises_of(scenario));
    }
    kept_folders_.resize(judges_.size());
    const run_results nothing_yet = snapshot();
    lines_.header(whole);
    write_reports(nothing_yet);
    screen_.begin(nothing_yet);
}

run_results results_book::snapshot() const {
    run_results results = results_;
    // No finer than results.jsonl has it, so that what is made of that is the same.
    results.took = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - began_);
    for (const scenario_judge& judge : judges_) {
        results.scenarios.push_back(judge.result());
    }
    if (past_) {
        results.stories = stories_of(*past_, results);
    }
    return results;
}

void results_book::write_reports(const run_results& results) {
    const time_point began = clock::now();
    series_.read_on(where_.results);
    where_.reports.write(results, series_);
    const duration took = clock::now() - began;
    reports_due_ = clock::now() + std::max<duration>(reports_interval, reports_share * took);
}

void results_book::begins(const cycle_work& work) {
    const std::lock_guard lock(mutex_);
    screen_.cycle_begins(planned_.scenarios[work.scenario].id);
}

results_book::outcome results_book::add(const cycle_work& work, const cycle_record& record,
                                        bool last_attempt) {
    const std::lock_guard lock(mutex_);
    outcome led_to;
    scenario_judge& judge = judges_[work.scenario];
    std::vector<judgement> outcomes = judge.look_at(record);
    if (!last_attempt && is_worth_repeating(record, outcomes)) {
        judged_cycle repeated;
        repeated.index = work.index;
        repeated.replay = work.replay;
        lines_.cycle(planned_.scenarios[work.scenario].id, record, repeated);
        led_to.repeat = true;
        return led_to;
    }
    judged_cycle judged = judge.add(record, std::move(outcomes));
    judged.replay = work.replay;
    const std::vector<finding>& findings = judged.findings;
    lines_.cycle(planned_.scenarios[work.scenario].id, record, judged);
    std::uint32_t& kept = kept_folders_[work.scenario];
    led_to.keep = (keeps_all_ || is_evidence(findings, record)) && kept < kept_folders_max;
    kept += led_to.keep ? 1U : 0U;
    led_to.broken = std::ranges::any_of(
        findings, [](const finding& what) { return what.how_bad == severity::failure; });
    screen_.cycle_done(judge.result(), findings, clock::now() - began_);
    if (clock::now() >= reports_due_) {
        write_reports(snapshot());
    }
    return led_to;
}

void results_book::set_versions(std::map<std::string, std::string> versions) {
    const std::lock_guard lock(mutex_);
    results_.facts.target_versions = std::move(versions);
    lines_.targets(results_.facts);
}

void results_book::tick() {
    const std::lock_guard lock(mutex_);
    screen_.tick(clock::now() - began_);
}

void results_book::say_early_end(std::ostream&, std::string_view words) {
    const std::lock_guard lock(mutex_);
    screen_.end_early(words);
}

run_results results_book::finish(bool finished, std::string cut_short_because) {
    const std::lock_guard lock(mutex_);
    run_results results = snapshot();
    results.finished = finished;
    results.cut_short_because = std::move(cut_short_because);
    for (const scenario_result& scenario : results.scenarios) {
        lines_.scenario(scenario);
    }
    lines_.footer(results);
    write_reports(results);
    screen_.finish(results, series_);
    return results;
}

}  // namespace stormdrain
