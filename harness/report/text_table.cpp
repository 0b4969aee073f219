#include "harness/report/text_table.hpp"

#include "harness/report/text_width.hpp"

#include <algorithm>
#include <string_view>

namespace stormdrain {
namespace {

constexpr std::string_view gap = "  ";
// Names that are shorter tell nothing from anything.
constexpr std::size_t name_columns_min = 30;

std::vector<std::size_t> widths_of(const text_table& table) {
    std::vector<std::size_t> widths(table.rows.front().size());
    for (const std::vector<std::string>& row : table.rows) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], columns_of(row[i]));
        }
    }
    return widths;
}

// Of the columns beside the first one, with their gaps.
std::size_t rest_of(const std::vector<std::size_t>& shown, const std::vector<std::size_t>& widths) {
    std::size_t rest = 0;
    for (const std::size_t column : shown) {
        rest += column == 0 ? 0 : widths[column] + gap.size();
    }
    return rest;
}

}  // namespace

void write_text_table(std::ostream& out, const text_table& table, std::size_t columns,
                      const cell_painter& painted) {
    std::vector<std::size_t> widths = widths_of(table);
    std::vector<std::size_t> shown;
    for (std::size_t column = 0; column < widths.size(); ++column) {
        shown.push_back(column);
    }
    if (columns > 0) {
        const std::size_t name = std::min(widths[0], name_columns_min);
        for (const std::size_t column : table.dispensable) {
            if (rest_of(shown, widths) + name > columns) {
                std::erase(shown, column);
            }
        }
        const std::size_t rest = rest_of(shown, widths);
        widths[0] = std::min(widths[0], std::max(name, columns - std::min(rest, columns)));
    }
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        for (const std::size_t column : shown) {
            const std::string cell =
                column == 0 ? cut_before(table.rows[row][0], widths[0]) : table.rows[row][column];
            out << (column == 0 ? "" : gap) << painted(row, column, cell);
            if (column != shown.back()) {
                out << filled("", widths[column] - columns_of(cell));
            }
        }
        out << "\n";
    }
}

}  // namespace stormdrain
