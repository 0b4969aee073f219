#pragma once
// The manual page, of the option table: troff with the macros of man(7).

#include <string>
#include <string_view>

namespace stormdrain {

struct release {
    std::string_view version;  // "0.1.0"
    std::string_view date;     // "2026-11-22"
};

// stormdrain.1
std::string man_page(const release& of);

// As roff prints it letter by letter, whatever stands at the beginning of its line: an ASCII
// hyphen, which a reader can paste, is "\-" (groff_char(7)).
std::string in_roff(std::string_view text);

}  // namespace stormdrain
