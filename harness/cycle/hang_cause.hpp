#pragma once
// Decides why a server did not stop from what was seen of it: pure, and the one line that goes into
// every report. An unsure answer is `unknown`, never a guess that sends somebody the wrong way.

#include "harness/cycle/hang_record.hpp"
#include "harness/process/census/census.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace stormdrain {

// Later than this the harness's own timers say that the machine was short of CPU: nothing that was
// measured meanwhile is held against the server (verdict rule R22).
inline constexpr duration hang_slip_max = std::chrono::milliseconds(250);

// What was seen of the machine and of the harness, beside the server itself.
struct hang_surroundings {
    duration timer_slip{};  // how late a timer of the harness fired, at worst
    // Of the pipes that the harness has an end of: a server that waits to write into one of them
    // waits for us.
    std::set<std::uint64_t> own_pipes;
};

struct hang_judgement {
    hang_cause cause = hang_cause::unknown;
    std::string why;
};

// `seen`: what the tree held when its time was up. `watched`: threads with their use of CPU over
// the time watched, connections, stacks where there are any; its cause is not looked at.
hang_judgement judge_hang(const census& seen, const hang_record& watched,
                          const hang_surroundings& around);

}  // namespace stormdrain
