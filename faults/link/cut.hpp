#pragma once
// What toxics share that end a connection in the middle of something: by FIN or by RST.

#include "faults/link/outlet.hpp"
#include "faults/link/toxic.hpp"

#include <array>
#include <string_view>

namespace stormdrain {

inline constexpr std::array<std::string_view, 2> cut_words{"fin", "rst"};

// The attribute "by".
inline constexpr attribute cut_attribute{
    .name = "by", .measure = attribute::unit::word, .max = 1, .words = cut_words};

// The piece for the attribute's value.
inline piece cut_of(std::int64_t by) {
    return the(by == 0 ? piece::kind::close : piece::kind::reset);
}

}  // namespace stormdrain
