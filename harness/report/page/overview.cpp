#include "harness/report/page/overview.hpp"

#include "harness/report/grid_table.hpp"
#include "harness/report/page/charts.hpp"
#include "harness/report/page/defects.hpp"
#include "harness/report/page/grid_picture.hpp"
#include "harness/report/page/scale.hpp"
#include "harness/report/page/words.hpp"
#include "harness/report/target_totals.hpp"
#include "harness/report/text.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain::page {
namespace {

constexpr std::size_t grid_cells_max = 500;
constexpr std::size_t not_judged_max = 30;

// How often, and what that says of all nights: two cells of a table.
std::string statistics_of(const scenario_result& scenario) {
    const check_result* const telling = leading_check(scenario);
    if (telling == nullptr || telling->judged_count == 0) {
        return "<td></td><td></td>";
    }
    return "<td nowrap=\"nowrap\">" + std::to_string(telling->broken_count) + " of " +
           std::to_string(telling->judged_count) + "</td><td nowrap=\"nowrap\">" +
           xml_escaped(range_text({telling->broken_count, telling->judged_count})) + "</td>";
}

}  // namespace

void write_known(std::ostream& out, const run_results& results) {
    const std::vector<defect> known = defects_of(results, verdict::known);
    if (known.empty()) {
        return;
    }
    out << "<h2>Known defects that were seen</h2>\n<table cellpadding=\"4\">\n";
    for (std::size_t i = 0; i < known.size() && i < rows_max; ++i) {
        const defect& one = known[i];
        out << "<tr><td>" << dot_of(color::amber) << " " << name(one.result->check) << "</td><td>"
            << name(one.scenario->target) << "</td><td>" << one.broken_count << " cycles in "
            << counted(one.scenarios.size(), "scenario", "scenarios") << "</td><td>"
            << (one.result->known ? name(to_text(*one.result->known)) : "") << "</td></tr>\n";
    }
    out << "</table>\n";
    write_rest(out, known.size(), rows_max, "summary.md");
}

void write_not_judged(std::ostream& out, const run_results& results) {
    std::map<std::pair<std::string, std::string>, std::size_t> checks;
    for (const scenario_result& scenario : results.scenarios) {
        for (const check_result& result : scenario.checks) {
            if (result.outcome == verdict::inconclusive && scenario.done_count > 0) {
                ++checks[{scenario.id, result.reason}];
            }
        }
    }
    if (checks.empty()) {
        return;
    }
    out << "<h2>Not judged</h2>\n";
    std::size_t shown = 0;
    for (const auto& [what, count] : checks) {
        if (shown++ == not_judged_max) {
            break;
        }
        out << "<p>" << dot_of(color::amber) << " <code>" << name(what.first) << "</code>, "
            << counted(count, "check", "checks") << ": " << line(what.second) << "</p>\n";
    }
    write_rest(out, checks.size(), not_judged_max, "summary.md");
}

void write_scenarios(std::ostream& out, const run_results& results, const page_series& series) {
    std::vector<const scenario_result*> run;
    for (const scenario_result& scenario : results.scenarios) {
        if (scenario.done_count > 0) {
            run.push_back(&scenario);
        }
    }
    const auto rank = [](const scenario_result* one) {
        const verdict what = one->overall();
        return what == verdict::fail ? 0 : what == verdict::inconclusive ? 1 : 2;
    };
    std::ranges::stable_sort(run, {}, rank);
    out << "<h2>Scenarios</h2>\n<table cellpadding=\"4\" width=\"100%\">\n<tr "
           "align=\"left\"><th>scenario</th>"
           "<th>cycles</th><th>broken</th><th>95 % interval</th><th>median stop</th>"
           "<th>longest</th><th>stops, by cycle</th></tr>\n";
    for (std::size_t i = 0; i < run.size() && i < rows_max; ++i) {
        const scenario_result& scenario = *run[i];
        const scenario_series* const its = series.find(scenario.id);
        out << "<tr><td>" << dot_of(color_of(scenario.overall())) << "&#160;<code>"
            << breakable_id(scenario.id) << "</code></td><td>" << scenario.done_count << "</td>"
            << statistics_of(scenario);
        if (its != nullptr && its->stop_times.count() > 0) {
            out << "<td>" << time_label(its->stop_times.quantile_ms(0.5)) << "</td><td>"
                << (its->not_over_count > 0 ? counted(its->not_over_count, "not over", "not over")
                                            : xml_escaped(to_text(scenario.stop_time_max)))
                << "</td><td>" << draw_sparkline(*its, {140, 22}) << "</td>";
        } else {
            out << "<td></td><td></td><td></td>";
        }
        out << "</tr>\n";
    }
    out << "</table>\n";
    write_rest(out, run.size(), rows_max, "results.jsonl");
    out << "<p>" << line(totals_line(results)) << "</p>\n";
}

void write_grids(std::ostream& out, const run_results& results) {
    std::size_t cells = 0;
    std::size_t left_out = 0;
    for (const grid_table& table : grids_of(results)) {
        cells += table.cells.size();
        if (cells > grid_cells_max) {
            ++left_out;
            continue;
        }
        out << "<h2>Grid " << name(table.suite + "/" + table.grid) << " on " << name(table.target)
            << "</h2>\n"
            << draw_grid(table, page_width)
            << "<p>What each cell says: <a href=\"grid.html\">grid.html</a></p>\n";
    }
    write_rest(out, left_out, 0, "<a href=\"grid.html\">grid.html</a>");
}

void write_environment(std::ostream& out, const run_results& results) {
    const run_facts& facts = results.facts;
    const auto row = [&out](std::string_view what, const std::string& value) {
        out << "<tr><td>" << what << "</td><td>" << value << "</td></tr>\n";
    };
    out << "<h2>Where and how</h2>\n<table cellpadding=\"4\">\n";
    row("command", "<code>" + command(facts.command) + "</code>");
    row("seed", to_hex(facts.run_seed));
    row("plan", to_hex(facts.plan_hash));
    row("host", line(facts.hostname));
    row("kernel", line(facts.kernel));
    row("stormdrain", name(facts.stormdrain_version));
    std::size_t shown = 0;
    for (const auto& [target, version] : facts.target_versions) {
        if (shown++ < rows_max) {
            row(name(target), name(version));
        }
    }
    for (std::size_t i = 0; i < facts.inputs.size() && i < rows_max; ++i) {
        const input_file& input = facts.inputs[i];
        row("read", name(input.file) + " (" + to_hex(input.digest) + ")");
    }
    out << "</table>\n";
    if (!facts.shard) {  // whose results lie elsewhere
        out << "<p>Beside this page: <a href=\"results.jsonl\">results.jsonl</a>, "
               "<a href=\"junit.xml\">junit.xml</a>, <a href=\"summary.md\">summary.md</a>, "
               "<a href=\"cycles/\">cycles/</a></p>\n";
    }
}

}  // namespace stormdrain::page
