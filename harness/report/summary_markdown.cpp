#include "harness/report/summary_markdown.hpp"

#include "harness/report/absent.hpp"
#include "harness/report/target_totals.hpp"
#include "harness/report/text.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

// With the lengths below they keep a page of the worst run below summary_bytes_max; the rest is
// counted and stands in results.jsonl.
constexpr std::size_t broken_max = 100;
// Of all of them together: the tables below and above may take the rest.
constexpr std::size_t broken_bytes_max = std::size_t{300} * 1024;
constexpr std::size_t rows_max = 50;
constexpr std::size_t line_bytes_max = 400;
constexpr std::size_t command_bytes_max = 1000;
constexpr std::size_t id_bytes_max = 160;

// Text of servers and users: it formats nothing, names nobody and ends no cell.
std::string plain(std::string_view bytes, std::size_t bytes_max) {
    std::string text;
    for (const char character : one_line(bytes, bytes_max)) {
        switch (character) {
            case '<':
                text += "&lt;";
                break;
            case '&':
                text += "&amp;";
                break;
            case '@':
                text += "&#64;";
                break;
            default:
                if (std::string_view("\\`*[]|").find(character) != std::string_view::npos) {
                    text += '\\';
                }
                text += character;
        }
    }
    return text;
}

// The same as a block of code, behind a fence that is longer than any in it.
std::string block(std::string_view bytes, std::size_t bytes_max, std::string_view language) {
    const std::string text = one_line(bytes, bytes_max);
    std::string fence = "```";
    while (text.find(fence) != std::string::npos) {
        fence += '`';
    }
    return fence + std::string(language) + "\n" + text + "\n" + fence + "\n";
}

void write_row(std::ostream& out, const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) {
        out << "| " << cell << " ";
    }
    out << "|\n";
}

void write_heading(std::ostream& out, const std::vector<std::string>& names) {
    write_row(out, names);
    write_row(out, std::vector<std::string>(names.size(), "---"));
}

void write_rest(std::ostream& out, std::size_t all, std::size_t shown) {
    if (all > shown) {
        out << "\n" << all - shown << " more: `results.jsonl`\n";
    }
}

struct broken_promise {
    const scenario_result* scenario;
    const check_result* result;
};

std::vector<broken_promise> with_outcome(const run_results& results, verdict outcome) {
    std::vector<broken_promise> found;
    for (const scenario_result& scenario : results.scenarios) {
        for (const check_result& result : scenario.checks) {
            if (result.outcome == outcome) {
                found.push_back({&scenario, &result});
            }
        }
    }
    return found;
}

std::string headline(const run_results& results) {
    if (!results.finished) {
        return "the run was not finished";
    }
    const std::size_t broken = with_outcome(results, verdict::fail).size();
    const bool is_whole = all_that_is_absent(results).empty();
    if (broken > 0) {
        return std::to_string(broken) + (broken == 1 ? " promise broken" : " promises broken") +
               (is_whole ? "" : ", and not all results are there");
    }
    if (!is_whole) {
        return "nothing broken, but not all results are there";
    }
    if (results.nothing_to_do) {
        return "nothing of the plan falls to this shard";
    }
    const auto totals = totals_by_target(results);
    const bool all_judged = std::ranges::all_of(totals, [](const target_total& total) {
        return total.not_judged == 0 && total.not_run == 0;
    });
    return all_judged ? "all promises kept" : "nothing broken, but not all was run and judged";
}

void write_targets(std::ostream& out, const run_results& results) {
    const std::vector<target_total> totals = totals_by_target(results);
    const std::vector<std::vector<std::string>> rows = target_rows(totals);
    const auto cells = [](const std::vector<std::string>& row, const std::string& version) {
        std::vector<std::string> all{plain(row.front(), id_bytes_max), version};
        all.insert(all.end(), row.begin() + 1, row.end());
        return all;
    };
    out << "\n";
    write_heading(out, cells(rows.front(), "version"));
    for (std::size_t i = 0; i < totals.size() && i < rows_max; ++i) {
        write_row(out, cells(rows[i + 1], plain(totals[i].version, id_bytes_max)));
    }
    write_rest(out, totals.size(), rows_max);
}

std::string broken_text(const run_results& results, const broken_promise& what) {
    const auto& [scenario, result] = what;
    std::string text = "\n**" + plain(result->check, id_bytes_max) + "** " +
                       plain(scenario->id, id_bytes_max) + "\n\n" +
                       block(what_broke(*result), line_bytes_max, "text");
    for (const std::string& line : identity_lines(results, *scenario, *result)) {
        text += plain(line, line_bytes_max) + "\n\n";
    }
    if (!result->samples.empty()) {
        text += block(replay_command(results.facts, *scenario, result->samples.front()),
                      command_bytes_max, "sh");
    }
    return text;
}

void write_broken(std::ostream& out, const run_results& results) {
    const std::vector<broken_promise> broken = with_outcome(results, verdict::fail);
    if (broken.empty()) {
        return;
    }
    out << "\n## Broken promises\n";
    std::size_t shown = 0;
    std::size_t bytes = 0;
    for (; shown < broken.size() && shown < broken_max; ++shown) {
        const std::string text = broken_text(results, broken[shown]);
        bytes += text.size();
        if (bytes > broken_bytes_max) {
            break;
        }
        out << text;
    }
    write_rest(out, broken.size(), shown);
}

void write_absent(std::ostream& out, const run_results& results) {
    const std::vector<std::string> lines = all_that_is_absent(results);
    if (lines.empty()) {
        return;
    }
    out << "\n## Absent\n\n";
    for (std::size_t i = 0; i < lines.size() && i < rows_max; ++i) {
        out << "* " << plain(lines[i], line_bytes_max) << "\n";
    }
    write_rest(out, lines.size(), rows_max);
}

void write_replays(std::ostream& out, const run_results& results) {
    const std::vector<std::string> lines = replay_lines(results);
    out << (lines.empty() ? "" : "\n## Replays\n\n");
    for (std::size_t i = 0; i < lines.size() && i < rows_max; ++i) {
        out << "- " << plain(lines[i], line_bytes_max) << "\n";
    }
    write_rest(out, lines.size(), rows_max);
}

// One row a defect of a target, in however many scenarios it shows.
void write_known(std::ostream& out, const run_results& results) {
    struct sightings {
        std::size_t scenarios_count = 0;
        std::uint64_t broken_count = 0;
        std::uint64_t judged_count = 0;
    };
    std::map<std::tuple<std::string, std::string, std::string>, sightings> known;
    for (const auto& [scenario, result] : with_outcome(results, verdict::known)) {
        const std::string origin = result->known ? to_text(*result->known) : "";
        sightings& seen = known[{scenario->target, result->check, origin}];
        ++seen.scenarios_count;
        seen.broken_count += result->broken_count;
        seen.judged_count += result->judged_count;
    }
    if (known.empty()) {
        return;
    }
    out << "\n## Known defects that were seen\n\n";
    write_heading(out, {"target", "finding", "scenarios", "cycles", "known as"});
    std::size_t shown = 0;
    for (const auto& [what, seen] : known) {
        if (shown++ == rows_max) {
            break;
        }
        const auto& [target, finding, origin] = what;
        write_row(out,
                  {plain(target, id_bytes_max), plain(finding, id_bytes_max),
                   std::to_string(seen.scenarios_count),
                   std::to_string(seen.broken_count) + " of " + std::to_string(seen.judged_count),
                   plain(origin, line_bytes_max)});
    }
    write_rest(out, known.size(), rows_max);
}

// One row a scenario and reason: most often, one thing keeps all its checks from judging.
void write_not_judged(std::ostream& out, const run_results& results) {
    std::map<std::pair<std::string, std::string>, std::size_t> checks;
    for (const auto& [scenario, result] : with_outcome(results, verdict::inconclusive)) {
        if (scenario->done_count > 0) {
            ++checks[{scenario->id, result->reason}];
        }
    }
    if (checks.empty()) {
        return;
    }
    out << "\n## Not judged\n\n";
    write_heading(out, {"scenario", "checks", "why"});
    std::size_t shown = 0;
    for (const auto& [what, count] : checks) {
        if (shown++ == rows_max) {
            break;
        }
        write_row(out, {plain(what.first, id_bytes_max), std::to_string(count),
                        plain(what.second, line_bytes_max)});
    }
    write_rest(out, checks.size(), rows_max);
}

}  // namespace

void write_summary_markdown(std::ostream& out, const run_results& results) {
    const run_facts& facts = results.facts;
    out << "# stormdrain: " << headline(results) << "\n\n"
        << block(facts.command, command_bytes_max, "sh") << "\nSeed " << to_hex(facts.run_seed)
        << ", " << utc_text(facts.began) << " UTC, " << to_text(results.took) << " on "
        << plain(facts.hostname, id_bytes_max) << " (" << plain(facts.kernel, id_bytes_max)
        << "), stormdrain " << facts.stormdrain_version << ".\n";
    write_targets(out, results);
    write_absent(out, results);
    write_broken(out, results);
    write_replays(out, results);
    write_known(out, results);
    write_not_judged(out, results);
}

}  // namespace stormdrain
