#include "ci/acceptance/matrix.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

namespace stormdrain::acceptance {
namespace {

using table_row = std::array<std::string, 7>;

const table_row& heading() {
    static const table_row names{
        "defect", "origin", "suite/scenario", "expected finding", "found in cycle",
        "cycles", "twin"};
    return names;
}

// "none in 40", "exit_status in 2 of 40": how the twin did.
std::string false_alarms(const matrix_row& row) {
    if (row.twin_wrong.empty()) {
        return "clean in " + std::to_string(row.twin_found.cycles_count);
    }
    std::string text;
    for (const std::string& check : row.twin_found.failed) {
        text += (text.empty() ? "FALSE ALARM: " : ", ") + check;
    }
    return text.empty() ? "NOT JUDGED" : text;
}

table_row cells_of(const matrix_row& row) {
    const std::string found = row.found.first_cycle ? std::to_string(*row.found.first_cycle)
                                                    : (row.wrong.empty() ? "-" : "MISSED");
    return {row.record.name,
            row.record.origin,
            row.record.suite + "/" + row.record.scenario,
            row.record.expects,
            row.wrong.empty() || found == "MISSED" ? found : found + ", WRONG",
            std::to_string(row.record.cycles_count),
            false_alarms(row)};
}

std::string summary(const std::vector<matrix_row>& rows) {
    const auto detected =
        std::ranges::count_if(rows, [](const matrix_row& row) { return row.wrong.empty(); });
    const auto clean =
        std::ranges::count_if(rows, [](const matrix_row& row) { return row.twin_wrong.empty(); });
    const std::string all = std::to_string(rows.size());
    return std::to_string(detected) + " of " + all + " defects detected, " + std::to_string(clean) +
           " of " + all + " twins clean\n";
}

// Text that stands in a cell whatever characters it has.
std::string markdown_cell(const std::string& text) {
    std::string cell;
    for (const char character : text) {
        cell += character == '|' ? "\\|" : std::string(1, character == '\n' ? ' ' : character);
    }
    return cell;
}

// "owner/repository#1" as a link; anything else as it is.
std::string linked(const std::string& origin) {
    const std::size_t hash = origin.find('#');
    const std::size_t slash = origin.find('/');
    const bool is_issue = hash != std::string::npos && slash < hash && hash + 1 < origin.size() &&
                          origin.find_first_not_of("0123456789", hash + 1) == std::string::npos &&
                          origin.find(' ') == std::string::npos;
    return is_issue ? "[" + origin + "](https://github.com/" + origin.substr(0, hash) + "/issues/" +
                          origin.substr(hash + 1) + ")"
                    : origin;
}

std::string markdown_line(const table_row& cells) {
    std::string line;
    for (const std::string& cell : cells) {
        line += "| " + markdown_cell(cell) + " ";
    }
    return line + "|\n";
}

}  // namespace

std::string twin_of(const defect_record& record) {
    if (!record.base.empty()) {
        return record.base + ".json";
    }
    return record.lifecycle == "in_process" ? "in_process.json" : "target.json";
}

bool is_good(const std::vector<matrix_row>& rows) {
    return std::ranges::all_of(
        rows, [](const matrix_row& row) { return row.wrong.empty() && row.twin_wrong.empty(); });
}

std::string matrix_text(const std::vector<matrix_row>& rows) {
    std::vector<table_row> lines{heading()};
    std::ranges::transform(rows, std::back_inserter(lines), cells_of);
    std::array<std::size_t, std::tuple_size_v<table_row>> widths{};
    for (const table_row& cells : lines) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            widths.at(i) = std::max(widths.at(i), cells.at(i).size());
        }
    }
    std::string text;
    for (const table_row& cells : lines) {
        for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
            text += cells.at(i) + std::string(widths.at(i) - cells.at(i).size() + 2, ' ');
        }
        text += cells.back() + "\n";
    }
    for (const matrix_row& row : rows) {
        text += row.wrong.empty() ? "" : "\n" + row.record.name + ": " + row.wrong + "\n";
        text += row.twin_wrong.empty() ? ""
                                       : "\n" + row.record.name + ", its twin " + row.twin + ": " +
                                             row.twin_wrong + "\n";
    }
    return text + "\n" + summary(rows);
}

std::string matrix_markdown(const std::vector<matrix_row>& rows) {
    std::string text = markdown_line(heading());
    for (std::size_t i = 0; i < heading().size(); ++i) {
        text += "| --- ";
    }
    text += "|\n";
    for (const matrix_row& row : rows) {
        table_row cells = cells_of(row);
        cells[1] = linked(cells[1]);
        text += markdown_line(cells);
    }
    return text + "\n" + summary(rows);
}

}  // namespace stormdrain::acceptance
