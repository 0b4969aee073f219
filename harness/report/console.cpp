#include "harness/report/console.hpp"

#include "harness/report/absent.hpp"
#include "harness/report/grid_text.hpp"
#include "harness/report/progress_line.hpp"
#include "harness/report/scenario_table.hpp"
#include "harness/report/target_totals.hpp"
#include "harness/report/text.hpp"
#include "harness/report/text_table.hpp"
#include "harness/report/text_width.hpp"
#include "harness/statistics/binomial.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

constexpr duration repaint_interval = std::chrono::milliseconds(100);
// A promise that is broken in every cycle is said so often and then counted.
constexpr std::uint64_t reports_per_check_max = 10;
constexpr std::size_t line_bytes_max = 400;
constexpr std::size_t id_bytes_max = 80;
constexpr std::size_t said_below = 6;  // where sentences begin behind "RED "

// A scenario that ran may have had nothing to judge, most often because a fault found nothing to
// strike at: then what most of its checks say.
std::string why_skipped(const scenario_result& scenario) {
    if (!scenario.skipped_because.empty()) {
        return scenario.skipped_because;
    }
    std::map<std::string_view, std::size_t> counts;
    for (const check_result& result : scenario.checks) {
        if (!result.reason.empty()) {
            ++counts[result.reason];
        }
    }
    const auto most =
        std::ranges::max_element(counts, {}, [](const auto& reason) { return reason.second; });
    return "nothing to judge" + (most == counts.end() ? "" : ": " + std::string(most->first));
}

std::string power_of_one(std::uint64_t cycles_count) {
    return percent(probability_ruled_out(cycles_count)) + " of the cycles of a scenario of " +
           std::to_string(cycles_count);
}

// What so many cycles can show, before the first of them: of the shortest scenario and the longest.
std::string power_of(const std::set<std::uint64_t>& cycles_counts) {
    if (cycles_counts.empty()) {
        return {};
    }
    std::string text =
        "seen with 95 % confidence: what happens in " + power_of_one(*cycles_counts.rbegin());
    if (cycles_counts.size() > 1) {
        text += ", " + power_of_one(*cycles_counts.begin());
    }
    return text + "\n";
}

}  // namespace

std::string console::painted(std::string_view text, paint with) const {
    if (!options_.color || with == paint::plain) {
        return std::string(text);
    }
    const std::string_view code = with == paint::red     ? "\x1b[31m"
                                  : with == paint::green ? "\x1b[32m"
                                                         : "\x1b[33m";
    return std::string(code) + std::string(text) + "\x1b[0m";
}

console::paint console::paint_of(verdict outcome) {
    switch (outcome) {
        case verdict::fail:
            return paint::red;
        case verdict::inconclusive:
        case verdict::known:
            return paint::yellow;
        case verdict::pass:
            return paint::green;
        case verdict::skipped:
            break;
    }
    return paint::plain;
}

std::size_t console::columns() const {
    return options_.columns ? options_.columns() : 0;
}

// A terminal that became narrower has broken the line in two, or more.
void console::clear_line() {
    if (painted_columns_ == 0) {
        return;
    }
    const std::size_t wide = columns();
    const std::size_t rows_above = wide > 0 ? (painted_columns_ - 1) / wide : 0;
    if (rows_above > 0) {
        out_ << "\r\x1b[" << rows_above << "A\x1b[J";
    } else {
        out_ << "\r\x1b[K";
    }
    painted_columns_ = 0;
}

void console::begin(const run_results& planned) {
    facts_ = planned.facts;
    planned_count_ = 0;
    std::size_t skipped = 0;
    std::set<std::uint64_t> counts;
    for (const scenario_result& scenario : planned.scenarios) {
        planned_count_ += scenario.planned_count;
        skipped += scenario.skipped_because.empty() ? 0U : 1U;
        if (scenario.planned_count > 0 && scenario.skipped_because.empty()) {
            counts.insert(scenario.planned_count);
        }
    }
    if (options_.style != console_style::quiet) {
        out_ << "scenarios: " << planned.scenarios.size() << " (" << skipped
             << " skipped), cycles: " << planned_count_ << ", seed: " << to_hex(facts_.run_seed)
             << "\n"
             << power_of(counts) << std::flush;
    }
    write_unconfirmed(planned);
}

// A contract that was measured is judged by like any other, and never silently.
void console::write_unconfirmed(const run_results& results) {
    std::set<std::pair<std::string, std::string>> said;
    for (const scenario_result& scenario : results.scenarios) {
        if (!scenario.unconfirmed.empty() &&
            said.emplace(scenario.target, scenario.unconfirmed).second) {
            out_ << painted("not confirmed", paint::yellow) << "  " << scenario.target
                 << ": its contract was " << one_line(scenario.unconfirmed, line_bytes_max) << "\n";
        }
    }
}

// What a terminal shows is no wider than it, with a column left for the cursor.
void console::show_progress(duration elapsed) {
    shown_at_ = elapsed;
    const run_progress now{elapsed,        options_.budget, done_count_,
                           planned_count_, red_count_,      one_line(current_id_, id_bytes_max)};
    if (options_.style != console_style::repaint) {
        out_ << progress_line(now, 0) << "\n" << std::flush;
        return;
    }
    clear_line();
    const std::size_t wide = columns();
    const std::string line = progress_line(now, wide > 1 ? wide - 1 : 0);
    painted_columns_ = columns_of(line);
    const std::string red = "  " + std::to_string(red_count_) + " red";
    const std::size_t at = red_count_ > 0 ? line.find(red) : std::string::npos;
    out_ << (at == std::string::npos
                 ? line
                 : line.substr(0, at) + painted(red, paint::red) + line.substr(at + red.size()))
         << std::flush;
}

void console::end_early(std::string_view words) {
    painted_columns_ = 0;
    out_ << "\n" << words << "\n" << std::flush;  // behind what the terminal echoed of the key
    // The next signal ends the program at once, wherever the cursor is.
    options_.style =
        options_.style == console_style::repaint ? console_style::lines : options_.style;
}

void console::tick(duration elapsed) {
    if (options_.style == console_style::quiet) {
        return;
    }
    const duration interval =
        options_.style == console_style::repaint ? repaint_interval : options_.heartbeat;
    if (elapsed - shown_at_ >= interval) {
        show_progress(elapsed);
    }
}

// Below its word, where the terminal is narrower. Commands are left to the terminal to break: what
// is copied is then one line.
void console::say(std::string_view word, paint with, const std::string& sentence) {
    const std::string lines = wrapped(std::string(word) + "  " + sentence, columns(), said_below);
    out_ << painted(word, with) << lines.substr(word.size()) << "\n";
}

void console::say_below(const std::string& sentence) {
    out_ << wrapped(std::string(said_below, ' ') + sentence, columns(), said_below) << "\n";
}

void console::report(const scenario_result& scenario, const finding& what) {
    const std::uint64_t times = ++reported_[scenario.id + " " + what.id];
    // What is known is no news.
    if (times > (what.how_bad == severity::known ? 1 : reports_per_check_max)) {
        return;
    }
    const bool red = what.how_bad == severity::failure;
    const std::string_view word = red ? "RED " : what.how_bad == severity::known ? "KNOWN" : "WARN";
    clear_line();
    say(word, red ? paint::red : paint::yellow,
        one_line(scenario.id, id_bytes_max) + "  cycle " + std::to_string(what.cycle) + "  " +
            what.id + (what.fingerprint.empty() ? "" : " " + what.fingerprint) + ": " +
            one_line(what.message, line_bytes_max));
    out_ << "      replay: " << replay_command(facts_, scenario, what) << "\n";
    if (times == reports_per_check_max) {
        out_ << "      further findings of " << what.id
             << " in this scenario are counted, not shown: see results.jsonl\n";
    }
    out_ << std::flush;
}

void console::cycle_done(const scenario_result& scenario, std::span<const finding> findings,
                         duration elapsed) {
    ++done_count_;
    current_id_ = scenario.id;
    const bool red = std::ranges::any_of(
        findings, [](const finding& what) { return what.how_bad == severity::failure; });
    red_count_ += red ? 1U : 0U;
    for (const finding& what : findings) {
        report(scenario, what);
    }
    tick(elapsed);
}

void console::write_table(const run_results& results, const page::page_series& series) {
    const scenario_table made = table_of(results, series, options_.drawn_with);
    if (made.is_empty()) {
        return;
    }
    const auto paint_cell = [this, &made](std::size_t row, std::size_t column,
                                          const std::string& cell) {
        if (row == 0) {
            return cell;
        }
        if (made.stops_column == column) {
            return drawn_stops(made, row - 1);
        }
        const bool is_verdict = column + 1 == made.table.rows.front().size();
        return is_verdict ? painted(cell, paint_of(made.outcomes[row - 1])) : cell;
    };
    write_text_table(out_, made.table, columns(), paint_cell);
    if (made.stops_column) {
        out_ << made.axis.legend(options_.drawn_with) << "\n";
    }
}

std::string console::drawn_stops(const scenario_table& made, std::size_t row) const {
    std::string drawn;
    for (const spark& one : made.sparks[row]) {
        drawn += painted(made.axis.glyph_of(one, options_.drawn_with),
                         one.is_bad ? paint::red : paint::plain);
    }
    return drawn;
}

void console::write_failures(const run_results& results) {
    std::size_t not_reached = 0;
    for (const scenario_result& scenario : results.scenarios) {
        if (scenario.cell) {
            continue;
        }
        if (scenario.is_unreached()) {
            ++not_reached;  // a budget that was too short: a line for each would say no more
            continue;
        }
        if (scenario.overall() == verdict::skipped) {
            out_ << "\n"
                 << wrapped("skipped " + scenario.id + ": " +
                                one_line(why_skipped(scenario), line_bytes_max),
                            columns(), said_below)
                 << "\n";
            continue;
        }
        for (const check_result& result : scenario.checks) {
            write_broken(results, scenario, result);
        }
        write_inconclusive(scenario);
    }
    for (const std::string& line : all_that_is_absent(results)) {
        out_ << "\n";
        say("?   ", paint::yellow, one_line(line, line_bytes_max));
    }
    if (not_reached > 0) {
        out_ << "\n"
             << painted("?   ", paint::yellow) << "  not one cycle was run of " << not_reached
             << (not_reached == 1 ? " scenario\n" : " scenarios\n");
    }
}

void console::write_broken(const run_results& results, const scenario_result& scenario,
                           const check_result& result) {
    const bool is_known = result.outcome == verdict::known;
    if ((result.outcome != verdict::fail && !is_known) || result.samples.empty()) {
        return;
    }
    const finding& first = result.samples.front();
    std::vector<std::string> sentences;
    if (is_known && result.known) {
        sentences.push_back(one_line(to_text(*result.known), line_bytes_max));
    }
    std::string message = one_line(first.message, line_bytes_max);
    if (result.broken_count > 0) {
        sentences.push_back(occurrence(result));
        message.insert(0, "cycle " + std::to_string(first.cycle) + ": ");
    }
    sentences.push_back(message);
    out_ << "\n";
    say(is_known ? "KNOWN" : "RED ", is_known ? paint::yellow : paint::red,
        scenario.id + "  " + first.id + ": " + sentences.front());
    for (std::size_t i = 1; i < sentences.size(); ++i) {
        say_below(sentences[i]);
    }
    out_ << "      replay: " << replay_command(facts_, scenario, first) << "\n";
    for (const std::string& line : identity_lines(results, scenario, result)) {
        say_below(line);
    }
}

// One line a reason: most often, one thing keeps all checks of a scenario from judging.
void console::write_inconclusive(const scenario_result& scenario) {
    std::map<std::string, std::vector<std::string_view>> checks_by_reason;
    for (const check_result& result : scenario.checks) {
        if (result.outcome == verdict::inconclusive) {
            checks_by_reason[result.reason].push_back(result.check);
        }
    }
    for (const auto& [reason, checks] : checks_by_reason) {
        const std::string what = checks.size() == 1 ? std::string(checks.front())
                                                    : std::to_string(checks.size()) + " checks";
        out_ << "\n";
        say("?   ", paint::yellow,
            scenario.id + "  " + what + ": " + one_line(reason, line_bytes_max));
    }
}

// Of a run over several: which of them is to be looked at.
void console::write_targets(const run_results& results) {
    const std::vector<target_total> totals = totals_by_target(results);
    if (totals.size() < 2) {
        return;
    }
    std::vector<verdict> outcomes;
    for (const target_total& total : totals) {
        outcomes.push_back(total.overall());
    }
    out_ << "\n";
    const text_table table{target_rows(totals)};
    write_text_table(
        out_, table, columns(), [&](std::size_t row, std::size_t column, const std::string& cell) {
            const bool is_verdict = column + 1 == table.rows.front().size();
            return row > 0 && is_verdict ? painted(cell, paint_of(outcomes[row - 1])) : cell;
        });
}

void console::write_totals(const run_results& results) {
    out_ << "\n"
         << totals_line(results) << " cycles in " << hours(results.took) << "\n"
         << std::flush;
}

void console::finish(const run_results& results, const page::page_series& series) {
    clear_line();
    facts_ = results.facts;
    out_ << "\n";
    write_table(results, series);
    write_failures(results);
    write_unconfirmed(results);
    write_grid_text(out_, results, columns(), [this](std::string_view word, verdict outcome) {
        return painted(word, paint_of(outcome));
    });
    write_targets(results);
    for (const std::string& line : replay_lines(results)) {
        out_ << "\nREPLAYED  " << line;
    }
    out_ << (results.facts.replays_count > 1 ? "\n" : "");
    write_totals(results);
}

}  // namespace stormdrain
