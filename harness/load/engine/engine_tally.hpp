#pragma once
// What came of a load: the requests as in every ledger, and what only an attack asks for.

#include "harness/load/ledger.hpp"

#include <cstdint>

namespace stormdrain {

struct engine_tally {
    request_tally requests;
    // Of an open loop: due, and not sent since no client was free before the end.
    std::uint64_t unsent_count = 0;
    // Connections that the server ended with no request under way.
    std::uint64_t closed_while_idle = 0;
    // Connections on which bytes came that nobody had asked for.
    std::uint64_t unasked_answers = 0;
    // HTTP/2: connections on which the server said GOAWAY; and requests that it did not process, as
    // it said itself: those may be asked again, and are no failures.
    std::uint64_t goaways_count = 0;
    std::uint64_t unprocessed_count = 0;
    // While one request after the other failed, others were begun so much later.
    duration held_back{};
    duration lasted{};  // from the first request's begin to the last one's end

    // Of another thread that ran at the same time.
    void add(const engine_tally& other);
};

}  // namespace stormdrain
