#include "harness/report/page/grid_picture.hpp"

#include "harness/report/page/svg.hpp"
#include "harness/report/text.hpp"

#include <algorithm>
#include <string_view>

namespace stormdrain::page {
namespace {

constexpr double names_width = 200;
constexpr double names_height = 110;
constexpr double cell_height = 22;
constexpr double cell_width_max = 84;
constexpr double gap = 2;
constexpr std::size_t name_bytes_max = 30;

// What was not run is as pale as what is not applicable: neither asks for a look.
verdict look_of(const scenario_result& cell) {
    return cell.done_count == 0 ? verdict::skipped : cell.overall();
}

std::string_view color_of(const scenario_result& cell) {
    switch (look_of(cell)) {
        case verdict::pass:
            return color::green;
        case verdict::fail:
            return color::red;
        case verdict::known:
        case verdict::inconclusive:
            return color::amber;
        case verdict::skipped:
            break;
    }
    return color::grey;
}

double opacity_of(const scenario_result& cell) {
    switch (look_of(cell)) {
        case verdict::fail:
            return 1;
        case verdict::pass:
            return 0.3;
        case verdict::known:
        case verdict::inconclusive:
            return 0.4;
        case verdict::skipped:
            break;
    }
    return 0.12;
}

std::string name_of(std::string name) {
    std::ranges::replace(name, '_', ' ');
    return one_line(name, name_bytes_max);
}

}  // namespace

std::string draw_grid(const grid_table& table, double width_max) {
    const auto columns = static_cast<double>(table.columns.size());
    const double cell_width =
        std::min(cell_width_max, (width_max - names_width - names_height / 2) / columns);
    const double height = names_height + cell_height * static_cast<double>(table.rows.size()) + gap;
    svg out(width_max, height, "grid " + table.grid + " on " + table.target);
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
        out.slanted(names_width + cell_width * (static_cast<double>(column) + 0.4),
                    names_height - 8, name_of(table.columns[column]), {11});
    }
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const double y = names_height + cell_height * static_cast<double>(row);
        out.text(names_width - 8, y + 15, name_of(table.rows[row]), {11, color::ink, anchor::end});
        for (std::size_t column = 0; column < table.columns.size(); ++column) {
            const scenario_result* const cell = table.at(row, column);
            if (cell == nullptr) {
                continue;
            }
            const double x = names_width + cell_width * static_cast<double>(column);
            const box where{x, y, cell_width - gap, cell_height - gap};
            out.rectangle(where, color_of(*cell), opacity_of(*cell), cell->id, 3);
            const bool is_red = cell->overall() == verdict::fail;
            out.text(x + where.width / 2, y + 14, cell_word(cell),
                     {10.5, is_red ? color::white : color::ink, anchor::middle, 1, is_red});
        }
    }
    return out.finish();
}

}  // namespace stormdrain::page
