#pragma once
// R20: a connect that finds a full queue is dropped, and its client asks again after 1 s, 3 s, 7 s.

#include "harness/base/time.hpp"

#include <chrono>
#include <cstdint>

namespace stormdrain::rules {

// What a server that was held up did not get done may still fail this long afterwards: connects
// wait for the next SYN (1 s), and servers pause after EMFILE (nginx: 500 ms).
inline constexpr duration disturbance_echo = std::chrono::seconds(2);

struct queue_lengths {
    std::uint32_t backlog = 0;      // what the kernel made of listen(2)'s
    std::uint32_t backlog_max = 0;  // net.core.somaxconn, which caps it; 0: not known
};

// The server asked for less than its contract says. A cap of the kernel's is not its doing.
bool is_shorter_than_declared(const queue_lengths& seen, std::uint32_t declared);

}  // namespace stormdrain::rules
