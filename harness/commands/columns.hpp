#pragma once
// Pages of the commands that explain: text in columns, broken at blanks.

#include <cstddef>
#include <string>
#include <string_view>

namespace stormdrain {

// What most terminals show.
inline constexpr std::size_t page_width = 100;

// The text with blanks behind it, at least one, so that a column begins there.
std::string padded(std::string_view text, std::size_t width);

// Adds `before` and the text, wrapped so that its lines begin in the column `indent`. A word that
// is longer than a line has a line of its own.
void add_wrapped(std::string& page, std::string before, std::string_view text, std::size_t indent);

}  // namespace stormdrain
