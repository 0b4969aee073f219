#pragma once
// Finds out whether answers wait for our acknowledgement: a server that writes an answer in several
// small pieces and leaves Nagle's algorithm on (RFC 896) has the last piece held back until we
// acknowledge the first, which a client of a quiet connection does after 40 ms (tcp(7), delayed
// ACK). A slow handler looks the same from outside; so, once answers have come that way, the next
// ones are acknowledged at once, and the ledger holds both times.

#include "harness/base/time.hpp"

#include <cstdint>

namespace stormdrain {

class ack_trial {
public:
    // From the first byte to the last: below Linux' shortest delay of an ACK (TCP_DELACK_MIN, 40
    // ms), with room for a first byte that was read late.
    static constexpr duration stall_min = std::chrono::milliseconds(35);
    // Fewer could be chance.
    static constexpr std::uint32_t stalls_min = 20;
    static constexpr std::uint32_t trials_max = 10;

    // Whether the next answer is to be acknowledged as it comes.
    bool acknowledges_at_once() const { return stalls_ >= stalls_min && trials_ < trials_max; }
    // An answer that took so long from its first byte to its last.
    void answered(duration receiving_time) {
        if (acknowledges_at_once()) {
            ++trials_;
        } else if (receiving_time >= stall_min) {
            ++stalls_;
        }
    }

private:
    std::uint32_t stalls_ = 0;
    std::uint32_t trials_ = 0;
};

}  // namespace stormdrain
