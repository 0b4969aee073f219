#pragma once
// When a server ended, although each end in its tree is held back until it has been looked at. A
// plain value: nanoseconds of CLOCK_MONOTONIC.

#include <cstdint>

namespace stormdrain {

struct end_time {
    std::int64_t watched_ns = 0;  // since when all of its tree is looked at; 0: it is not
    std::int64_t looked_ns = 0;   // how long ends were held back since then
    std::int64_t asked_ns = 0;    // when the server itself asked to end; 0: not seen

    // When it would have ended without the looks. Never before it asked to, and no look made it end
    // later than it did before there were any: one at a helper that ends beside it took nothing of
    // its time.
    std::int64_t at(std::int64_t reported_ns) const;
};

}  // namespace stormdrain
