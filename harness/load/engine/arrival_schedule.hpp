#pragma once
// When the requests of an open loop are due, whatever the server does. Pure, and of a seed: the
// same requests are due at the same times in every run.

#include "harness/base/seed.hpp"
#include "harness/base/time.hpp"

#include <cstdint>

namespace stormdrain {

enum class arrival_manner {
    even,    // at the same distance from each other
    random,  // independent of each other (a Poisson process), as those of many users are
};

struct arrivals {
    double per_second = 0;  // 0: a closed loop, which has no schedule
    duration ramp{};        // in which the rate rises evenly from nothing
    arrival_manner manner = arrival_manner::even;
    bool operator==(const arrivals&) const = default;
};

// One of several that share the requests out among them.
struct schedule_share {
    std::uint32_t number = 0;
    std::uint32_t shares_count = 1;
};

class arrival_schedule {
public:
    arrival_schedule(const arrivals& plan, schedule_share share, seed of_load);

    // Of the next request, from the load's begin.
    duration next() const { return next_; }
    void take();

private:
    duration when(double requests_before) const;
    double gap();

    arrivals plan_;
    schedule_share share_;
    random_source random_;
    double requests_before_ = 0;  // of all shares
    duration next_{};
};

}  // namespace stormdrain
