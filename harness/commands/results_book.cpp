#include "harness/commands/results_book.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/checks/rules/starvation.hpp"
#include "harness/report/grid_html.hpp"
#include "harness/report/junit.hpp"
#include "harness/report/summary_markdown.hpp"
#include "harness/report/write_file_by_rename.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace stormdrain {
namespace {

scenario_result blank_result(const planned_scenario& scenario) {
    scenario_result blank;
    blank.id = scenario.id;
    blank.target = scenario.server->name;
    blank.suite = scenario.from->name;
    blank.scenario = scenario.what().name;
    blank.cell = scenario.what().cell;
    blank.suite_file = scenario.from->file;
    blank.target_file = scenario.server->file;
    blank.line = scenario.what().line;
    const auto mode = scenario.server->stop.find(scenario.what().stop.mode);
    if (mode != scenario.server->stop.end()) {  // a skipped scenario may have none
        blank.unconfirmed = mode->second.promises.unconfirmed;
    }
    blank.skipped_because = scenario.skipped_because;
    blank.planned_count = scenario.cycles.size();
    return blank;
}

promises promises_of(const planned_scenario& scenario) {
    promises promised;
    const auto mode = scenario.server->stop.find(scenario.what().stop.mode);
    if (mode != scenario.server->stop.end()) {  // a skipped scenario may have none
        promised.at_stop = mode->second.promises;
    }
    promised.while_running = scenario.server->promises;
    promised.expected = scenario.what().expected;
    promised.known = known_in(scenario.server->known, scenario.from->name, scenario.what().name);
    promised.in_process = scenario.server->lifecycle == target_lifecycle::in_process;
    return promised;
}

// Worth a repetition: what depends on time was not judged, or not what it showed.
bool is_starved(const cycle_record& record, const promises& promised) {
    if (rules::is_starved(record.health.canary_slip_max)) {
        return true;
    }
    return !why_server_starved(record).empty() &&
           std::ranges::any_of(check_catalogue(), [&](const check* with) {
               return with->starvation != check::timing::insensitive &&
                      judge(*with, record, promised).outcome == judgement::kind::not_judged;
           });
}

// Whether a person should be able to look at the folder of a cycle.
bool is_evidence(const std::vector<finding>& findings, const cycle_record& record) {
    const bool red = std::ranges::any_of(
        findings, [](const finding& what) { return what.how_bad == severity::failure; });
    return red || !record.health.failure.empty() || !record.start.failure.empty();
}

bool is_broken(const cycle_record& record, const promises& promised) {
    return std::ranges::any_of(check_catalogue(), [&](const check* with) {
        return judge(*with, record, promised).outcome == judgement::kind::broken;
    });
}

std::ofstream opened(const std::string& path) {
    std::ofstream file(path, std::ios::trunc);
    if (!file) {
        throw environment_error("cannot write " + path);
    }
    return file;
}

}  // namespace

results_book::results_book(const plan& planned, run_facts facts, files where, console& screen,
                           std::optional<past_nights> past)
    : planned_(planned),
      where_(std::move(where)),
      screen_(screen),
      past_(std::move(past)),
      began_(clock::now()),
      results_file_(opened(where_.results)),
      lines_(results_file_) {
    results_.facts = std::move(facts);
    for (const planned_scenario& scenario : planned_.scenarios) {
        promised_.push_back(promises_of(scenario));
        judges_.emplace_back(blank_result(scenario), promised_.back());
    }
    kept_folders_.resize(judges_.size());
    const run_results nothing_yet = snapshot();
    lines_.header(nothing_yet);
    write_reports(nothing_yet);
    screen_.begin(nothing_yet);
}

run_results results_book::snapshot() const {
    run_results results = results_;
    results.took = clock::now() - began_;
    for (const scenario_judge& judge : judges_) {
        results.scenarios.push_back(judge.result());
    }
    if (past_) {
        const night tonight = night_of(past_->history, results.scenarios, results.facts.began);
        results.stories = stories_of(*past_, tonight);
    }
    return results;
}

std::string results_book::junit_part_path(std::size_t part) const {
    std::string path = where_.junit;
    if (part > 0) {
        const std::size_t dot = path.rfind(".xml");
        path.insert(dot == std::string::npos ? path.size() : dot, "-" + std::to_string(part + 1));
    }
    return path;
}

void results_book::write_junit_file(const run_results& results) {
    const std::vector<run_results> parts = junit_parts(results);
    for (std::size_t part = 0; part < parts.size(); ++part) {
        write_file_by_rename(junit_part_path(part),
                             [&parts, part](std::ostream& out) { write_junit(out, parts[part]); });
    }
    // Those of an earlier, larger run: readers take all files of the folder.
    std::error_code absent;
    for (std::size_t part = parts.size(); std::filesystem::remove(junit_part_path(part), absent);
         ++part) {
    }
}

void results_book::write_grid_file(const run_results& results) const {
    if (!has_grid(results)) {
        std::error_code absent;  // what an earlier run drew is no result of this one
        std::filesystem::remove(where_.grid, absent);
        return;
    }
    write_file_by_rename(where_.grid,
                         [&results](std::ostream& out) { write_grid_html(out, results); });
}

void results_book::write_reports(const run_results& results) {
    const time_point began = clock::now();
    write_junit_file(results);
    write_grid_file(results);
    write_file_by_rename(where_.summary,
                         [&results](std::ostream& out) { write_summary_markdown(out, results); });
    const duration took = clock::now() - began;
    reports_due_ = clock::now() + std::max<duration>(reports_interval, reports_share * took);
}

results_book::outcome results_book::add(const cycle_work& work, const cycle_record& record,
                                        bool last_attempt) {
    const std::lock_guard lock(mutex_);
    outcome led_to;
    // What a starved cycle shows all the same (a crash, a report of a sanitizer) counts.
    const promises& promised = promised_[work.scenario];
    if (!last_attempt && is_starved(record, promised) && !is_broken(record, promised)) {
        lines_.cycle(planned_.scenarios[work.scenario].id, record, {});
        led_to.starved = true;
        return led_to;
    }
    scenario_judge& judge = judges_[work.scenario];
    const judged_cycle judged = judge.add(record);
    const std::vector<finding>& findings = judged.findings;
    lines_.cycle(planned_.scenarios[work.scenario].id, record, judged);
    std::uint32_t& kept = kept_folders_[work.scenario];
    led_to.keep = is_evidence(findings, record) && kept < kept_folders_max;
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

run_results results_book::finish(bool finished) {
    const std::lock_guard lock(mutex_);
    run_results results = snapshot();
    results.finished = finished;
    for (const scenario_result& scenario : results.scenarios) {
        lines_.scenario(scenario);
    }
    lines_.footer(results);
    write_reports(results);
    screen_.finish(results);
    return results;
}

}  // namespace stormdrain
