#include "harness/report/grid_table.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {
namespace {

std::size_t place_of(std::vector<std::string>& names, const std::string& name) {
    const auto found = std::ranges::find(names, name);
    const auto place = static_cast<std::size_t>(found - names.begin());
    if (found == names.end()) {
        names.push_back(name);
    }
    return place;
}

bool is_of(const grid_table& table, const scenario_result& scenario) {
    return table.target == scenario.target && table.suite == scenario.suite &&
           table.grid == scenario.cell->grid;
}

void fill(grid_table& table, const run_results& results) {
    for (const scenario_result& scenario : results.scenarios) {
        if (scenario.cell && is_of(table, scenario)) {
            place_of(table.rows, scenario.cell->row);
            place_of(table.columns, scenario.cell->column);
        }
    }
    table.cells.assign(table.rows.size() * table.columns.size(), nullptr);
    for (const scenario_result& scenario : results.scenarios) {
        if (scenario.cell && is_of(table, scenario)) {
            const std::size_t row = place_of(table.rows, scenario.cell->row);
            const std::size_t column = place_of(table.columns, scenario.cell->column);
            table.cells[row * table.columns.size() + column] = &scenario;
        }
    }
}

std::string with_others(const std::string& what, std::size_t others) {
    return others == 0 ? what : what + " and " + std::to_string(others) + " more";
}

// What most checks say, for some are skipped everywhere.
std::string most_common_reason(const scenario_result& cell) {
    std::map<std::string, std::size_t> counts;
    for (const check_result& one : cell.checks) {
        ++counts[one.reason];
    }
    const auto most = std::ranges::max_element(
        counts, [](const auto& left, const auto& right) { return left.second < right.second; });
    return most == counts.end() ? "no check was judged" : most->first;
}

// A cycle that shows why nothing could be said.
finding to_look_at(const scenario_result& cell) {
    finding any;
    any.cycle = static_cast<std::uint32_t>(cell.done_count == 0 ? 0 : cell.done_count - 1);
    return any;
}

}  // namespace

std::vector<grid_table> grids_of(const run_results& results) {
    std::vector<grid_table> tables;
    for (const scenario_result& scenario : results.scenarios) {
        const bool is_new =
            scenario.cell && std::ranges::none_of(tables, [&scenario](const grid_table& table) {
                return is_of(table, scenario);
            });
        if (is_new) {
            grid_table& table = tables.emplace_back();
            table.target = scenario.target;
            table.suite = scenario.suite;
            table.grid = scenario.cell->grid;
            fill(table, results);
        }
    }
    return tables;
}

std::string_view cell_word(const scenario_result* cell) {
    if (cell == nullptr) {
        return "";
    }
    if (cell->is_unreached()) {
        return ".";
    }
    switch (cell->overall()) {
        case verdict::pass:
            return "ok";
        case verdict::fail:
            return "RED";
        case verdict::known:
            return "known";
        case verdict::inconclusive:
            return "?";
        case verdict::skipped:
            break;
    }
    return "-";
}

const check_result* telling_check(const scenario_result& cell) {
    const verdict outcome = cell.overall();
    const check_result* telling = nullptr;
    for (const check_result& one : cell.checks) {
        const auto weight = [](const check_result& check) {
            return std::pair(check.broken_count, check.judged_count);
        };
        if (one.outcome == outcome && (telling == nullptr || weight(one) > weight(*telling))) {
            telling = &one;
        }
    }
    return telling;
}

std::optional<cell_note> note_of(const scenario_result& cell) {
    cell_note note;
    note.outcome = cell.overall();
    if (note.outcome == verdict::pass || cell.is_unreached()) {
        return std::nullopt;
    }
    const check_result* const telling = telling_check(cell);
    if (note.outcome == verdict::skipped || telling == nullptr) {
        note.why = cell.skipped_because.empty() ? most_common_reason(cell) : cell.skipped_because;
        return note;
    }
    const auto alike = static_cast<std::size_t>(
        std::ranges::count(cell.checks, note.outcome, &check_result::outcome));
    if (telling->samples.empty()) {
        note.what = with_others(telling->check, alike - 1);
        note.why = telling->reason;
        note.seen = to_look_at(cell);
        return note;
    }
    note.what = with_others(telling->samples.front().id, alike - 1);
    note.why = telling->samples.front().message;
    note.seen = telling->samples.front();
    return note;
}

std::map<std::string, std::vector<std::string>> not_applicable_in(const grid_table& table) {
    std::map<std::string, std::vector<std::string>> cells_by_reason;
    for (const scenario_result* const cell : table.cells) {
        if (cell != nullptr && cell->overall() == verdict::skipped) {
            const std::optional<cell_note> note = note_of(*cell);
            cells_by_reason[note->why].push_back(cell->cell->row + "@" + cell->cell->column);
        }
    }
    return cells_by_reason;
}

}  // namespace stormdrain
