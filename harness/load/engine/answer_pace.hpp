#pragma once
// For how long answers may pile up before they are read. A server that writes answer by answer
// wakes its client for each, and a wake-up costs more than all that is done with an answer; but
// none is to seem to have taken more than a 32nd longer than it did. Pure logic.

#include "harness/base/time.hpp"

#include <cstdint>

namespace stormdrain {

class answer_pace {
public:
    explicit answer_pace(time_point now) : looked_(now) {}

    // At each look at what came; so many were answered until now, since the beginning.
    duration pause_behind(time_point now, std::uint64_t answered_count, duration usual_latency);

private:
    time_point looked_;
    std::uint64_t answered_count_ = 0;
};

}  // namespace stormdrain
