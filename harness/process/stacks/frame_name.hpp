#pragma once
// Symbols as a person wants to read them in a stack: demangled, and short enough for one line.

#include <cstddef>
#include <string>
#include <string_view>

namespace stormdrain {

// What is longer is cut: the innermost parts of a name say most, so its end is kept.
inline constexpr std::size_t frame_name_length_max = 120;

// "boost::asio::detail::scheduler::run" for
// "_ZN5boost4asio6detail9scheduler3runERNS_6system10error_codeE": without parameters, template
// arguments, return type, symbol version and the compiler's suffixes.
std::string readable_name(std::string_view symbol);

// The same for a name that is written as in the source: "wait<predicate>" is "wait".
std::string readable_source_name(std::string_view name);

}  // namespace stormdrain
