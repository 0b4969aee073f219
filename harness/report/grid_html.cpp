#include "harness/report/grid_html.hpp"

#include "harness/report/grid_table.hpp"
#include "harness/report/text.hpp"

#include <algorithm>
#include <string>

namespace stormdrain {
namespace {

constexpr std::size_t title_bytes_max = 600;
constexpr std::size_t note_bytes_max = 2000;

// Light enough that black on them has a contrast of more than 12:1 (WCAG 2.1 asks for 7:1).
std::string_view background(const scenario_result* cell) {
    if (cell == nullptr) {
        return "#ffffff";
    }
    switch (cell->overall()) {
        case verdict::pass:
            return "#d5f0d8";
        case verdict::fail:
            return "#ffc4c0";
        case verdict::known:
            return "#fbdcb0";
        case verdict::inconclusive:
            return "#fff3b0";
        case verdict::skipped:
            break;
    }
    return "#eeeeee";
}

std::string escaped(std::string_view text, std::size_t bytes_max) {
    return xml_escaped(one_line(text, bytes_max));
}

std::string with_blanks(std::string name) {
    std::ranges::replace(name, '_', ' ');
    return name;
}

// "1 of 5 cycles"
std::string counts(const scenario_result& cell) {
    const check_result* const telling = telling_check(cell);
    if (telling == nullptr || telling->judged_count == 0) {
        return "none judged";
    }
    return std::to_string(telling->broken_count) + " of " + std::to_string(telling->judged_count);
}

std::string title_of(const scenario_result& cell) {
    const std::optional<cell_note> note = note_of(cell);
    if (!note) {
        const check_result* const telling = telling_check(cell);
        return cell.id + ": " + (telling != nullptr ? strength(*telling, cell) : "kept");
    }
    return cell.id + ": " + (note->what.empty() ? "" : note->what + ": ") + note->why;
}

void write_cell(std::ostream& out, const scenario_result* cell) {
    out << "<td align=\"center\" bgcolor=\"" << background(cell) << "\"";
    if (cell == nullptr) {
        out << ">&nbsp;</td>\n";
        return;
    }
    out << " title=\"" << escaped(title_of(*cell), title_bytes_max) << "\"><b>" << cell_word(cell)
        << "</b>";
    if (cell->overall() != verdict::skipped) {
        out << "<br><small>" << counts(*cell);
        if (cell->stop_time_max > duration::zero()) {
            out << "<br>" << xml_escaped(to_text(cell->stop_time_max));
        }
        out << "</small>";
    }
    out << "</td>\n";
}

void write_table(std::ostream& out, const grid_table& table) {
    out << "<table border=\"1\" cellpadding=\"5\" cellspacing=\"0\">\n<tr bgcolor=\"#e8ebee\">"
        << "<th>&nbsp;</th>";
    for (const std::string& column : table.columns) {
        out << "<th scope=\"col\">" << escaped(with_blanks(column), title_bytes_max) << "</th>";
    }
    out << "</tr>\n";
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        out << "<tr>\n<th scope=\"row\" align=\"left\" bgcolor=\"#e8ebee\">"
            << escaped(with_blanks(table.rows[row]), title_bytes_max) << "</th>\n";
        for (std::size_t column = 0; column < table.columns.size(); ++column) {
            write_cell(out, table.at(row, column));
        }
        out << "</tr>\n";
    }
    out << "</table>\n";
}

// All that the tooltips say, for paper and for screen readers.
void write_notes(std::ostream& out, const grid_table& table, const run_facts& facts) {
    out << "<dl>\n";
    for (const scenario_result* const cell : table.cells) {
        const std::optional<cell_note> note =
            cell != nullptr ? note_of(*cell) : std::optional<cell_note>();
        if (!note || note->outcome == verdict::skipped) {
            continue;
        }
        out << "<dt><b>" << cell_word(cell) << " " << escaped(cell->cell->row, title_bytes_max)
            << "@" << escaped(cell->cell->column, title_bytes_max) << "</b> "
            << escaped(note->what, title_bytes_max) << "</dt>\n<dd>"
            << escaped(note->why, note_bytes_max);
        if (note->seen) {
            out << "<br><code>"
                << escaped(replay_command(facts, *cell, *note->seen), note_bytes_max) << "</code>";
        }
        out << "</dd>\n";
    }
    for (const auto& [reason, cells] : not_applicable_in(table)) {
        std::string names;
        for (const std::string& name : cells) {
            names += (names.empty() ? "" : ", ") + name;
        }
        out << "<dt><b>-</b> " << escaped(reason, note_bytes_max) << "</dt>\n<dd>"
            << escaped(names, note_bytes_max) << "</dd>\n";
    }
    out << "</dl>\n";
}

}  // namespace

bool has_grid(const run_results& results) {
    return std::ranges::any_of(results.scenarios, [](const scenario_result& scenario) {
        return scenario.cell.has_value();
    });
}

void write_grid_html(std::ostream& out, const run_results& results) {
    const run_facts& facts = results.facts;
    out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        << "<title>stormdrain: grid</title>\n</head>\n"
        << "<body bgcolor=\"#ffffff\" text=\"#000000\">\n<h1>stormdrain: grid</h1>\n<p>"
        << escaped(facts.command, note_bytes_max) << "<br>" << utc_text(facts.began) << "Z on "
        << escaped(facts.hostname, title_bytes_max) << ", "
        << escaped(facts.kernel, title_bytes_max) << ", seed " << to_hex(facts.run_seed)
        << "</p>\n";
    if (!results.finished) {
        out << "<p><b>The run was not finished: cells without a cycle are not judged.</b></p>\n";
    }
    for (const grid_table& table : grids_of(results)) {
        const auto version = facts.target_versions.find(table.target);
        out << "<h2>" << escaped(table.target, title_bytes_max) << ": "
            << escaped(table.suite + "/" + table.grid, title_bytes_max) << "</h2>\n";
        if (version != facts.target_versions.end()) {
            out << "<p>" << escaped(version->second, title_bytes_max) << "</p>\n";
        }
        write_table(out, table);
        out << "<p>In each cell: the verdict, how many of the judged cycles broke a promise, and "
               "the longest stop. ok: kept, RED: broken, known: broken as expected, ?: not judged, "
               "-: not applicable.</p>\n";
        write_notes(out, table, facts);
    }
    out << "</body>\n</html>\n";
}

}  // namespace stormdrain
