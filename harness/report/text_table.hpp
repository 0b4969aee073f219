#pragma once
// A table of words in columns that fits the terminal, as far as one can.

#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace stormdrain {

struct text_table {
    std::vector<std::vector<std::string>> rows;  // the names of the columns come first
    // Columns to do without where there is no room, the first one first.
    std::vector<std::size_t> dispensable = {};
};

// What stands in a cell as it is to be seen: colors take no room.
using cell_painter =
    std::function<std::string(std::size_t row, std::size_t column, const std::string& cell)>;

// Where the table is too wide, the names in its first column lose their beginnings, as far as they
// may; then columns go. 0 columns: there is no end to a line.
void write_text_table(std::ostream& out, const text_table& table, std::size_t columns,
                      const cell_painter& painted);

}  // namespace stormdrain
