#pragma once
// Where in the life of the connections the stop is triggered.

#include "harness/base/time.hpp"

#include <span>
#include <string_view>
#include <utility>

namespace stormdrain {

enum class stop_moment {
    at_rest,              // load done, every connection closed, census taken
    after_load,           // load done; what faults hold is still held
    during_load,          // at a seeded time after the load began
    awaiting_first_byte,  // a request is out, no byte of the answer is back
    mid_response,         // an answer has begun and is not whole
    last_close,           // in the same tick as the last connection's close (0-200 us jitter)
    accept_burst,         // while a burst of connects is arriving
    during_start,         // at a seeded time after exec, before it may be ready
};

std::string_view to_text(stop_moment moment);
// One sentence: what the clients are doing then.
std::string_view summary_of(stop_moment moment);
// The words used in suite files.
std::span<const std::pair<std::string_view, stop_moment>> stop_moment_words();

// Its time is chosen by the scenario, by its "between".
bool has_offset(stop_moment moment);
// Its upper bound, when the scenario does not say.
inline constexpr duration offset_preset_max = std::chrono::milliseconds(50);
bool needs_load(stop_moment moment);

}  // namespace stormdrain
