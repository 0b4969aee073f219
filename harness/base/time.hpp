#pragma once
// The harness's one clock. Every deadline is absolute on it; records hold offsets from the start
// of their cycle, so that they can be compared and written down.

#include <chrono>
#include <string>

namespace stormdrain {

// CLOCK_MONOTONIC: shared by all processes of the machine, so guards report on the same axis.
using clock = std::chrono::steady_clock;
using time_point = clock::time_point;
using duration = clock::duration;

// Time since the start of the cycle.
using since_start = std::chrono::nanoseconds;

// "812 ms", "1.5 s", "40 us": three significant digits, for people.
std::string to_text(duration length);

// Gives "now" as an offset from a cycle's start.
class cycle_clock {
public:
    explicit cycle_clock(time_point start = clock::now()) : start_(start) {}
    time_point start() const { return start_; }
    since_start now() const { return clock::now() - start_; }
    since_start at(time_point instant) const { return instant - start_; }

private:
    time_point start_;
};

}  // namespace stormdrain
