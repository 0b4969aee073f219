#pragma once
// How long after the stop a fault strikes: drawn from the cycle's seed, so that many cycles meet
// every moment of the first milliseconds.

#include "harness/base/seed.hpp"
#include "harness/base/time.hpp"

namespace stormdrain {

class object_reader;

struct stop_offset {
    duration min{};
    duration max{};

    duration draw(random_source& random) const;
    bool operator==(const stop_offset&) const = default;
};

// The key "between": two durations, the smaller one first.
stop_offset read_stop_offset(object_reader& keys, stop_offset preset);

}  // namespace stormdrain
