#include "harness/report/page/defect_section.hpp"

#include "harness/report/page/charts.hpp"
#include "harness/report/page/defects.hpp"
#include "harness/report/page/scale.hpp"
#include "harness/report/page/timeline.hpp"
#include "harness/report/page/words.hpp"
#include "harness/report/text.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace stormdrain::page {
namespace {

constexpr std::size_t defects_max = 20;
constexpr std::size_t defects_drawn_max = 4;  // each is 40 KB
constexpr std::size_t other_scenarios_max = 12;
constexpr std::size_t evidence_max = 24;
constexpr std::size_t evidence_bytes_max = 240;
constexpr std::size_t words_bytes_max = 4000;

void write_replay(std::ostream& out, const run_facts& facts, const defect& one) {
    if (one.sample == nullptr) {
        return;
    }
    out << "<fieldset><legend>See it again</legend><code>"
        << command(replay_command(facts, *one.scenario, *one.sample)) << "</code></fieldset>\n";
}

// How often, in which scenarios, and since when.
void write_occurrence(std::ostream& out, const run_results& results, const defect& one) {
    out << "<p><b>" << line(occurrence(*one.result)) << "</b> of <code>" << name(one.scenario->id)
        << "</code>";
    if (one.scenarios.size() > 1) {
        out << ", and in "
            << counted(one.scenarios.size() - 1, "other scenario", "other scenarios");
        // What shows over cycles only is said once of each process: that is no rate.
        if (one.sample == nullptr || !one.sample->over_cycles) {
            out << ": " << one.broken_count << " cycles in all";
        }
    }
    out << "</p>\n";
    for (const std::string& text : identity_lines(results, *one.scenario, *one.result)) {
        out << "<p>" << line(text) << "</p>\n";
    }
    if (one.sample != nullptr) {
        out << "<p>" << line(one.sample->message) << "</p>\n";
    }
}

// All that is said is of the cycle that is drawn, where it shows the same defect.
defect shown_by_worst(defect one, const scenario_series& series) {
    for (const finding& sample : one.result->samples) {
        if (series.worst && sample.cycle == series.worst->cycle &&
            sample.fingerprint == one.fingerprint) {
            one.sample = &sample;
        }
    }
    return one;
}

std::string legend() {
    return "<p>" + dot_of(color::grey) + " starting, or open&#160; " + dot_of(color::green) +
           " serving&#160; " + dot_of(color::amber) + " stopping&#160; " + dot_of(color::red) +
           " overdue, or failed&#160; " + dot_of(color::blue) + " request</p>\n";
}

void write_worst(std::ostream& out, const scenario_series& series) {
    if (!series.worst) {
        return;
    }
    const cycle_story& story = *series.worst;
    out << "<h3>Cycle " << story.cycle << ", second by second</h3>\n"
        << legend() << draw_timeline(story, whole_of(story), page_width);
    if (const std::optional<time_window> near = around_stop(story)) {
        out << "<p>The same around the stop:</p>\n" << draw_timeline(story, *near, page_width);
    }
    if (story.connections_left_out > 0) {
        out << "<p>" << counted(story.connections_left_out, "more connection", "more connections")
            << ": results.jsonl</p>\n";
    }
    if (!story.hang.empty()) {
        out << "<p><b>At the deadline:</b> " << line(story.hang) << "</p>\n";
    }
}

void write_charts(std::ostream& out, const scenario_series& series) {
    constexpr double wide = 690;
    constexpr double narrow = page_width - wide - 10;
    constexpr double high = 210;
    out << draw_stops(series, {wide, high}) << draw_tail(series, {narrow, high});
    const std::string held = draw_descriptors(series, {page_width, 190});
    const std::string latency = draw_latency(series, {page_width, 170});
    out << (held.empty() ? "" : "<br/>") << held << (latency.empty() ? "" : "<br/>") << latency;
}

// What is looked up rather than read.
void write_details(std::ostream& out, const defect& one, const scenario_series* series) {
    if (one.sample != nullptr && !one.sample->evidence.empty()) {
        out << "<details><summary>Evidence of cycle " << one.sample->cycle << "</summary><pre>";
        const std::vector<std::string>& evidence = one.sample->evidence;
        for (std::size_t i = 0; i < evidence.size() && i < evidence_max; ++i) {
            out << escaped(evidence[i], evidence_bytes_max) << "\n";
        }
        out << (evidence.size() > evidence_max ? "...\n" : "") << "</pre></details>\n";
    }
    if (series != nullptr && series->worst) {
        const cycle_story& story = *series->worst;
        out << "<details><summary>Events and the server's last words in cycle " << story.cycle
            << "</summary><pre>";
        for (const story_event& event : story.events) {
            out << xml_escaped(time_label(event.at_ms)) << "  " << line(event.what) << "\n";
        }
        out << "</pre><pre>" << xml_escaped(clipped(printable(story.last_words), words_bytes_max))
            << "</pre></details>\n";
        if (!story.folder.empty() && series->worst_is_red) {
            const std::string folder = line(story.folder);
            out << "<p>Everything that was kept of it: <a href=\"" << folder << "/\">" << folder
                << "</a></p>\n";
        }
    }
    if (one.scenarios.size() > 1) {
        out << "<details><summary>All " << one.scenarios.size() << " scenarios</summary><pre>";
        for (std::size_t i = 0; i < one.scenarios.size() && i < other_scenarios_max; ++i) {
            out << name(one.scenarios[i]) << "\n";
        }
        out << (one.scenarios.size() > other_scenarios_max ? "...\n" : "") << "</pre></details>\n";
    }
}

}  // namespace

void write_defects(std::ostream& out, const run_results& results, const page_series& series) {
    const std::vector<defect> defects = defects_of(results, verdict::fail);
    std::set<std::string> drawn;  // scenarios
    for (std::size_t i = 0; i < defects.size() && i < defects_max; ++i) {
        const scenario_series* const its = series.find(defects[i].scenario->id);
        const defect one = its != nullptr ? shown_by_worst(defects[i], *its) : defects[i];
        out << "<h2>" << dot_of(color::red) << " " << name(one.result->check) << "</h2>\n";
        write_occurrence(out, results, one);
        write_replay(out, results.facts, one);
        const bool is_drawn = its != nullptr && drawn.size() < defects_drawn_max &&
                              drawn.insert(one.scenario->id).second;
        if (is_drawn) {
            write_worst(out, *its);
            write_charts(out, *its);
        }
        write_details(out, one, is_drawn ? its : nullptr);
        out << "<hr/>\n";
    }
    write_rest(out, defects.size(), defects_max, "summary.md, results.jsonl");
}

void write_longest_stop(std::ostream& out, const run_results& results, const page_series& series) {
    if (!defects_of(results, verdict::fail).empty()) {
        return;
    }
    const scenario_result* longest = nullptr;
    for (const scenario_result& scenario : results.scenarios) {
        const bool is_longer =
            longest == nullptr || scenario.stop_time_max > longest->stop_time_max;
        longest = is_longer && series.find(scenario.id) != nullptr ? &scenario : longest;
    }
    if (longest == nullptr) {
        return;
    }
    out << "<h2>The longest stop: " << xml_escaped(to_text(longest->stop_time_max))
        << "</h2>\n<p><code>" << name(longest->id) << "</code></p>\n";
    write_worst(out, *series.find(longest->id));
    write_charts(out, *series.find(longest->id));
}

}  // namespace stormdrain::page
