#pragma once
// A grid as a picture: each cell in the color of its verdict and with its word, so that a whole
// night is seen at once. What each of them says stands in grid.html.

#include "harness/report/grid_table.hpp"

#include <string>

namespace stormdrain::page {

// An <svg> no wider than that.
std::string draw_grid(const grid_table& table, double width_max);

}  // namespace stormdrain::page
