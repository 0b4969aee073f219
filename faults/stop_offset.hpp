#pragma once
// How long after the stop a fault strikes: drawn from the cycle's seed, so that many cycles meet
// every moment of the first milliseconds.

#include "faults/attempt.hpp"
#include "harness/base/seed.hpp"
#include "harness/base/time.hpp"

#include <boost/asio/awaitable.hpp>

namespace stormdrain {

class object_reader;

struct stop_offset {
    duration min{};
    duration max{};

    duration draw(random_source& random) const;
    // Waits that long after the stop; not at all where nothing was asked for, because servers close
    // idle connections within a tenth of a millisecond.
    boost::asio::awaitable<duration> wait(attempt& here) const;
    bool operator==(const stop_offset&) const = default;
};

// The key "between": two durations, the smaller one first.
stop_offset read_stop_offset(object_reader& keys, stop_offset preset);

}  // namespace stormdrain
