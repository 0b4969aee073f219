#pragma once
// Words of a page: what is said in every section, of any bytes.

#include "harness/checks/verdict.hpp"
#include "harness/report/page/svg.hpp"

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace stormdrain::page {

// As wide as its pictures are.
inline constexpr double page_width = 1060;
// With the lengths below it keeps the page of the worst run below 300 KB, which a browser of a CI
// system shows at once; the rest is counted, and stands in the other reports.
inline constexpr std::size_t rows_max = 60;

// Escaped, and bounded: a name in a table, a line of text, a command to be copied.
std::string name(std::string_view bytes);
std::string line(std::string_view bytes);
std::string command(std::string_view bytes);
// A scenario's id, which may be broken behind its slashes and commas: else one that is long makes
// the page wider than a screen.
std::string breakable_id(std::string_view bytes);

// Of a path beside the page, whatever its names are made of.
std::string url_of(std::string_view path);

// "1 cycle", "3 cycles"
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

// "40 more: summary.md", where not all are shown.
void write_rest(std::ostream& out, std::size_t all, std::size_t shown, std::string_view where);

std::string_view color_of(verdict what);
// An <svg> that stands in a line of text.
std::string dot_of(std::string_view fill);

}  // namespace stormdrain::page
