#include "harness/load/engine/answer_pace.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {

duration answer_pace::pause_behind(time_point now, std::uint64_t answered_count,
                                   duration usual_latency) {
    // For less the kernel does as much as for the reads that it saves.
    constexpr duration shortest = std::chrono::microseconds(30);
    constexpr duration longest = std::chrono::microseconds(100);
    constexpr int share = 32;
    // Else it saves no wake-up.
    constexpr duration::rep gathered_min = 2;
    const duration since = now - std::exchange(looked_, now);
    const auto answered =
        static_cast<duration::rep>(answered_count - std::exchange(answered_count_, answered_count));
    const duration length = std::min(usual_latency / share, longest);
    return length >= shortest && length * answered >= since * gathered_min ? length
                                                                           : duration::zero();
}

}  // namespace stormdrain
