#include "harness/report/page/defect_section.hpp"

#include "harness/report/page/charts.hpp"
#include "harness/report/page/defects.hpp"
#include "harness/report/page/kept_files.hpp"
#include "harness/report/page/scale.hpp"
#include "harness/report/page/timeline.hpp"
#include "harness/report/page/words.hpp"
#include "harness/report/text.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::page {
namespace {

constexpr std::size_t defects_max = 20;
constexpr std::size_t defects_drawn_max = 4;  // each is 40 KB
constexpr std::size_t other_scenarios_max = 12;
constexpr std::size_t evidence_max = 24;
constexpr std::size_t evidence_bytes_max = 240;
constexpr std::size_t words_bytes_max = 4000;

// One question and its answer; readable without a style sheet.
void write_answer(std::ostream& out, std::string_view question, const std::string& answer) {
    out << "<tr><th align=\"left\" valign=\"top\" nowrap=\"nowrap\">" << question << "</th><td>"
        << answer << "</td></tr>\n";
}

// "3 of 2000 cycles (...) of salvo/...", and in which other scenarios.
std::string how_often(const defect& one) {
    std::string answer = "<b>" + line(occurrence(*one.result)) + "</b> of <code>" +
                         breakable_id(one.scenario->id) + "</code>";
    if (one.scenarios.size() > 1) {
        answer +=
            ", and in " + counted(one.scenarios.size() - 1, "other scenario", "other scenarios");
        // What shows over cycles only is said once of each process: that is no rate.
        if (one.sample == nullptr || !one.sample->over_cycles) {
            answer += ": " + std::to_string(one.broken_count) + " cycles in all";
        }
    }
    return answer;
}

std::string since_when(const run_results& results, const defect& one) {
    std::string answer;
    for (const std::string& text : identity_lines(results, *one.scenario, *one.result)) {
        answer += (answer.empty() ? "" : "<br/>") + line(text);
    }
    if (!results.stories) {
        answer += answer.empty() ? "" : "; ";
        answer += "not known: no <code>--history</code> was kept";
    }
    return answer;
}

// Which promise, how often, since when, and one command to see it again.
void write_answers(std::ostream& out, const run_results& results, const defect& one) {
    out << "<table cellpadding=\"4\">\n";
    if (one.sample != nullptr) {
        write_answer(out, "Which promise", line(one.sample->message));
    }
    write_answer(out, "How often", how_often(one));
    write_answer(out, "Since when", since_when(results, one));
    if (one.sample != nullptr) {
        write_answer(out, "See it again",
                     "<code>" + command(replay_command(results.facts, *one.scenario, *one.sample)) +
                         "</code>");
    }
    out << "</table>\n";
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
           " overdue, or failed&#160; " + dot_of(color::blue) + " request&#160; " +
           dot_of(color::violet) + " fault</p>\n";
}

// A fault counts where it provably arrived.
void write_proofs(std::ostream& out, const cycle_story& story) {
    for (const story_fault& fault : story.faults) {
        out << "<p>" << dot_of(color::violet) << " <b>" << name(fault.kind) << "</b> on "
            << fault.where << " at " << xml_escaped(time_label(fault.at_ms)) << ": "
            << line(fault.proof) << "</p>\n";
    }
    write_rest(out, story.faults.size() + story.faults_left_out, story.faults.size(),
               "results.jsonl");
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
    write_proofs(out, story);
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

void write_defects(std::ostream& out, const run_results& results, const page_series& series,
                   const folder_listing& files_in) {
    const std::vector<defect> defects = defects_of(results, verdict::fail);
    std::set<std::string> drawn;  // scenarios
    for (std::size_t i = 0; i < defects.size() && i < defects_max; ++i) {
        const scenario_series* const its = series.find(defects[i].scenario->id);
        const defect one = its != nullptr ? shown_by_worst(defects[i], *its) : defects[i];
        out << "<h2>" << dot_of(color::red) << " " << name(one.result->check) << " on "
            << name(one.scenario->target) << "</h2>\n";
        write_answers(out, results, one);
        const bool is_drawn = its != nullptr && drawn.size() < defects_drawn_max &&
                              drawn.insert(one.scenario->id).second;
        if (is_drawn) {
            write_worst(out, *its);
            write_charts(out, *its);
        }
        write_details(out, one, is_drawn ? its : nullptr);
        if (is_drawn) {
            write_kept(out, *its, files_in);
        }
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
