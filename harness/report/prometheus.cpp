#include "harness/report/prometheus.hpp"

#include "harness/report/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

// Each scenario is a dozen time series: a night of 5,000 is what a Prometheus bears of one host.
constexpr std::size_t scenarios_max = 5000;
constexpr std::size_t label_bytes_max = 300;
constexpr std::array<double, 4> told_quantiles{0.5, 0.9, 0.99, 1};

std::string escaped(std::string_view bytes) {
    std::string text;
    for (const char character : one_line(bytes, label_bytes_max)) {
        if (character == '\\' || character == '"') {
            text += '\\';
        }
        text += character;
    }
    return text;
}

// To the microsecond, as records have times.
std::string number(double value) {
    constexpr int decimals = 6;
    std::array<char, 400> digits{};  // the longest double has 309 of them before the point
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                       std::chars_format::fixed, decimals);
    std::string text(digits.data(), written.ptr);
    text.resize(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) {
        text.pop_back();
    }
    return text;
}

double seconds(duration length) {
    return std::chrono::duration<double>(length).count();
}

// Whole ones, as results.jsonl has them: what is made of that is the same.
double seconds_since_1970(std::chrono::system_clock::time_point when) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(when.time_since_epoch());
    return static_cast<double>(whole.count());
}

using label = std::pair<std::string_view, std::string>;

// One metric with all its samples: the format wants them together.
class family {
public:
    family(std::string_view name, std::string_view help) : name_(name) {
        text_ = "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " gauge\n";
    }

    void add(const std::vector<label>& labels, double value) {
        text_ += name_;
        const char* before = "{";
        for (const auto& [key, text] : labels) {
            text_ += before + std::string(key) + "=\"" + escaped(text) + "\"";
            before = ",";
        }
        text_ += (labels.empty() ? " " : "} ") + number(value) + "\n";
        ++count_;
    }

    // Nothing where there is nothing to say.
    void write(std::ostream& out) const {
        if (count_ > 0) {
            out << text_;
        }
    }

private:
    std::string name_;
    std::string text_;
    std::size_t count_ = 0;
};

void write_one(std::ostream& out, std::string_view name, std::string_view help, double value) {
    family alone(name, help);
    alone.add({}, value);
    alone.write(out);
}

void write_run(std::ostream& out, const run_results& results) {
    const run_facts& facts = results.facts;
    family about("stormdrain_run_info", "What was run.");
    about.add({{"version", facts.stormdrain_version},
               {"seed", to_hex(facts.run_seed)},
               {"host", facts.hostname}},
              1);
    about.write(out);
    write_one(out, "stormdrain_run_start_time_seconds", "When the last run began, since 1970.",
              seconds_since_1970(facts.began));
    write_one(out, "stormdrain_run_duration_seconds", "How long it took, or takes until now.",
              seconds(results.took));
    write_one(out, "stormdrain_run_finished",
              "1 when it came to its end; 0 while it runs, and of one that was interrupted.",
              results.finished ? 1 : 0);
    write_one(out, "stormdrain_run_exit_code",
              "0 promises kept, 1 one broken, 3 not all could be judged, 4 nothing selected.",
              results.nothing_to_do ? 0 : exit_code_for(results.scenarios));
    family versions("stormdrain_target_info", "What the targets say of their versions.");
    for (const auto& [target, version] : facts.target_versions) {
        versions.add({{"target", target}, {"version", version}}, 1);
    }
    versions.write(out);
}

std::vector<label> labels_of(const scenario_result& scenario) {
    return {
        {"target", scenario.target}, {"suite", scenario.suite}, {"scenario", scenario.scenario}};
}

std::vector<label> labels_of(const scenario_result& scenario, std::string_view key,
                             std::string_view value) {
    std::vector<label> labels = labels_of(scenario);
    labels.emplace_back(key, value);
    return labels;
}

struct scenario_families {
    family planned{"stormdrain_planned_cycles", "Cycles that were planned."};
    family done{"stormdrain_done_cycles", "Cycles that were run."};
    family promises{"stormdrain_promises", "Promises of a scenario by what became of them."};
    family broken{"stormdrain_broken_cycles",
                  "Cycles that broke a promise, known defects among them."};
    family requests{"stormdrain_requests", "Requests that were made."};
    family stops{"stormdrain_shutdown_quantile_seconds",
                 "From the stop to its end, by the share of the stops that took no longer."};
    family hangs{"stormdrain_unfinished_shutdowns", "Stops that never came to an end."};

    void add(const scenario_result& scenario);
    void add(const scenario_result& scenario, const page::scenario_series& series);
    void write(std::ostream& out) const;
};

void scenario_families::add(const scenario_result& scenario) {
    const std::vector<label> labels = labels_of(scenario);
    planned.add(labels, static_cast<double>(scenario.planned_count));
    done.add(labels, static_cast<double>(scenario.done_count));
    requests.add(labels, static_cast<double>(scenario.requests_count));
    // Also those that are none: an alert on what is absent never fires.
    for (const verdict one : all_verdicts) {
        const auto count = std::ranges::count(scenario.checks, one, &check_result::outcome);
        promises.add(labels_of(scenario, "verdict", to_text(one)), static_cast<double>(count));
    }
    for (const check_result& result : scenario.checks) {
        if (result.broken_count > 0 || result.outcome == verdict::fail) {
            broken.add(labels_of(scenario, "check", result.check),
                       static_cast<double>(result.broken_count));
        }
    }
}

void scenario_families::add(const scenario_result& scenario, const page::scenario_series& series) {
    constexpr double milliseconds = 1000;
    hangs.add(labels_of(scenario), static_cast<double>(series.not_over_count));
    if (series.stop_times.count() == 0) {
        return;
    }
    for (const double share : told_quantiles) {
        stops.add(labels_of(scenario, "share", number(share)),
                  series.stop_times.quantile_ms(share) / milliseconds);
    }
}

void scenario_families::write(std::ostream& out) const {
    for (const family* const one :
         {&planned, &done, &promises, &broken, &requests, &stops, &hangs}) {
        one->write(out);
    }
}

}  // namespace

void write_prometheus(std::ostream& out, const run_results& results,
                      const page::page_series& series) {
    write_run(out, results);
    scenario_families all;
    const std::size_t shown = std::min(results.scenarios.size(), scenarios_max);
    for (std::size_t index = 0; index < shown; ++index) {
        const scenario_result& scenario = results.scenarios[index];
        if (!scenario.skipped_because.empty()) {
            continue;
        }
        all.add(scenario);
        if (const page::scenario_series* const found = series.find(scenario.id)) {
            all.add(scenario, *found);
        }
    }
    all.write(out);
    write_one(out, "stormdrain_scenarios_left_out",
              "Scenarios that are not among these metrics, because there are too many.",
              static_cast<double>(results.scenarios.size() - shown));
}

}  // namespace stormdrain
