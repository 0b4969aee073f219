#pragma once
// How wide text is on a terminal: East Asian characters take two columns, accents none.

#include <cstddef>
#include <string>
#include <string_view>

namespace stormdrain {

// Of valid UTF-8 without control characters (printable()).
std::size_t columns_of(std::string_view text);

// No wider than that: the end goes, or the beginning, and "..." says so. 0: as wide as it is.
std::string cut_behind(std::string_view text, std::size_t columns);
std::string cut_before(std::string_view text, std::size_t columns);

// Broken at blanks into lines of at most so many columns, of which all but the first are indented.
// A word that is longer stays whole: it is to be copied. 0 columns: in one line.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent);

// With blanks behind it.
std::string filled(std::string text, std::size_t columns);

}  // namespace stormdrain
