#pragma once
// What travels through a chain of toxics: bytes, or one of the ends that a connection can come to.

#include <string>
#include <utility>

namespace stormdrain {

struct piece {
    enum class kind {
        bytes,
        end,    // FIN: nothing more comes in this direction, and the other one goes on
        close,  // FIN in both directions
        reset,  // RST to both sides
    };
    kind what = kind::bytes;
    std::string bytes = {};
    bool operator==(const piece&) const = default;
};

inline piece bytes_of(std::string bytes) {
    return {piece::kind::bytes, std::move(bytes)};
}

// An end of that kind.
inline piece the(piece::kind end) {
    return {end, {}};
}

}  // namespace stormdrain
