#include "harness/plan/readers/grid_reader.hpp"

#include "harness/plan/readers/names.hpp"
#include "harness/plan/variants.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace stormdrain {
namespace {

struct named_part {
    std::string name;
    scenario_part what;
};

using pair_of_names = std::pair<std::string, std::string>;
using exceptions = std::map<pair_of_names, std::string>;  // why

std::vector<std::string> names_of(const std::vector<named_part>& parts) {
    std::vector<std::string> names;
    for (const named_part& each : parts) {
        names.push_back(each.name);
    }
    return names;
}

// The rows, or the columns.
std::vector<named_part> read_parts(object_reader& grid, const std::string& key,
                                   const part_reader& read_part) {
    std::vector<named_part> parts;
    std::optional<object_reader> entries = grid.object(key);
    if (!entries || entries->keys().empty()) {
        grid.complain(key, "expected at least one of the " + key);
        return parts;
    }
    for (const std::string& name : read_names_of_keys(*entries)) {
        if (std::optional<object_reader> keys = entries->object(name)) {
            keys->text("description", "");
            parts.push_back({name, read_part(*keys)});
            keys->finish();
        }
    }
    return parts;
}

// Names of rows or columns that there are.
std::vector<std::string> read_known(object_reader& entry, const std::string& key,
                                    const std::vector<named_part>& parts) {
    std::vector<std::string> known;
    for (std::string& name : entry.texts(key)) {
        const std::string what = key.substr(0, key.size() - 1);  // "row"
        if (check_known(entry, key, what, name, names_of(parts))) {
            known.push_back(std::move(name));
        }
    }
    return known;
}

exceptions read_exceptions(object_reader& grid, const std::vector<named_part>& rows,
                           const std::vector<named_part>& columns) {
    exceptions excepted;
    for (object_reader& entry : grid.objects("except")) {
        const std::string why = entry.text("because");
        if (why.empty() && entry.has("because")) {
            entry.complain("because", "expected the reason, got nothing");
        }
        const std::vector<std::string> chosen_columns = read_known(entry, "columns", columns);
        for (const std::string& row : read_known(entry, "rows", rows)) {
            for (const std::string& column : chosen_columns) {
                if (!excepted.emplace(pair_of_names(row, column), why).second) {
                    entry.complain("rows",
                                   "expected each pair once, got " + row + "@" + column + " again");
                }
            }
        }
        entry.finish();
    }
    return excepted;
}

// Adds what the part says. What was said before, and is said again, comes back.
std::vector<std::string> add(const scenario_part& part, scenario& into,
                             std::set<std::string>& given) {
    std::vector<std::string> repeated;
    for (const std::string& key : part.given) {
        if (!given.insert(key).second) {
            repeated.push_back(key);
        }
    }
    const auto says = [&part](const char* key) { return part.given.contains(key); };
    into.load = says("load") ? part.load : into.load;
    into.stop.mode = says("mode") ? part.stop.mode : into.stop.mode;
    into.stop.at = says("at") ? part.stop.at : into.stop.at;
    if (says("between")) {
        into.stop.between_min = part.stop.between_min;
        into.stop.between_max = part.stop.between_max;
    }
    into.faults.insert(into.faults.end(), part.faults.begin(), part.faults.end());
    return repeated;
}

class grid_maker {
public:
    grid_maker(object_reader& grid, const scenario& base, const std::set<std::string>& own)
        : grid_(grid), base_(base), own_(own) {}

    std::vector<scenario> make(const std::vector<named_part>& rows,
                               const std::vector<named_part>& columns, exceptions excepted) {
        std::vector<scenario> cells;
        for (const named_part& row : rows) {
            for (const named_part& column : columns) {
                cells.push_back(cell(row, column, excepted[{row.name, column.name}]));
            }
        }
        check_offsets(rows, cells, "rows", &grid_cell::row);
        check_offsets(columns, cells, "columns", &grid_cell::column);
        return cells;
    }

private:
    scenario cell(const named_part& row, const named_part& column, const std::string& excepted) {
        scenario made = base_;
        made.name += "/" + row.name + "@" + column.name;
        made.cell = {base_.name, row.name, column.name};
        made.excluded_because = excepted;
        if (!excepted.empty()) {
            return made;
        }
        std::set<std::string> given = own_;
        for (const auto& [key, part] : {std::pair("rows", &row), std::pair("columns", &column)}) {
            for (const std::string& repeated : add(part->what, made, given)) {
                grid_.complain(key, "expected each cell to be told once, got " +
                                        in_quotes(repeated) + " again for " + made.name);
            }
        }
        if (has_offset(made.stop.at) && !given.contains("between")) {
            made.stop.between_max = offset_preset_max;
        }
        return made;
    }

    // A bound that no cell has a use for is a slip.
    void check_offsets(const std::vector<named_part>& parts, const std::vector<scenario>& cells,
                       const std::string& key, std::string grid_cell::*name) {
        for (const named_part& part : parts) {
            const bool is_used = std::ranges::any_of(cells, [&](const scenario& each) {
                return (*each.cell).*name == part.name && has_offset(each.stop.at);
            });
            if (part.what.given.contains("between") && !is_used) {
                grid_.complain(key, "expected no \"between\" in " + in_quotes(part.name) +
                                        ", its cells' moments have no offset");
            }
        }
    }

    object_reader& grid_;
    const scenario& base_;
    const std::set<std::string>& own_;
};

}  // namespace

std::vector<scenario> read_grid(object_reader& scenario_keys, const scenario& base,
                                const std::set<std::string>& own, const part_reader& read_part) {
    std::optional<object_reader> grid = scenario_keys.object("grid");
    if (!grid) {
        return {};
    }
    if (scenario_keys.has("matrix")) {
        scenario_keys.complain("grid", "expected a matrix or a grid, got both");
    }
    const std::vector<named_part> rows = read_parts(*grid, "rows", read_part);
    const std::vector<named_part> columns = read_parts(*grid, "columns", read_part);
    exceptions excepted = read_exceptions(*grid, rows, columns);
    grid->finish();
    if (rows.size() * columns.size() > variants_max) {
        scenario_keys.complain(
            "grid", "expected at most " + std::to_string(variants_max) + " cells, got more");
        return {};
    }
    return grid_maker(*grid, base, own).make(rows, columns, std::move(excepted));
}

}  // namespace stormdrain
