#pragma once
// Where a link stands in the path, and how long the way through it is: values, for records too.

#include "harness/base/time.hpp"

#include <span>
#include <string_view>
#include <utility>

namespace stormdrain {

enum class link_place {
    load_and_target,     // clients and faults reach the target's port through it
    target_and_origins,  // the target reaches its origin through it
};
std::string_view to_text(link_place between);
std::span<const std::pair<std::string_view, link_place>> link_place_words();

// By how much the toxics of a path make things come later at most. What bandwidth and slicer take
// depends on what is said, and is not in it.
struct path_delay {
    duration up{};    // from the client's end on
    duration down{};  // and back
    duration round_trip() const { return up + down; }
    bool operator==(const path_delay&) const = default;
};

// A stop may take this much longer: the worst client behind it needs as many round trips to finish
// a handshake (two, RFC 5246 section 7.3), a request, and the closing of the connection.
inline constexpr int round_trips_of_stop = 4;

// A request may: connect and handshake come first, at a proxy's origin, too.
inline constexpr int round_trips_of_request = 3;

}  // namespace stormdrain
