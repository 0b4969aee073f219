#pragma once
// A link of a scenario: a proxy in the path (faults/link) between its load and the target, or
// between the target and its origins, with the toxics that are on it. The harness plays it as it
// plays origins.

#include "faults/held_condition.hpp"
#include "faults/link/toxic_spec.hpp"
#include "harness/base/time.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

enum class link_place {
    load_and_target,     // clients and faults reach the target's port through it
    target_and_origins,  // the target reaches its origin through it
};
std::string_view to_text(link_place between);
std::span<const std::pair<std::string_view, link_place>> link_place_words();

struct link_use {
    std::string name;  // of the suite's link; "link" when it has none
    link_place between = link_place::load_and_target;
    std::string only;  // that port of the target, or that origin; empty: each has a link of its own
    std::vector<toxic_spec> toxics;
};

// By how much the toxics of a path make things come later at most. What bandwidth and slicer take
// depends on what is said, and is not in it.
struct path_delay {
    duration up{};    // from the client's end on
    duration down{};  // and back
    duration round_trip() const { return up + down; }
    bool operator==(const path_delay&) const = default;
};

path_delay delay_of(const link_use& link);
// The worst of all links at that place.
path_delay delay_of(std::span<const link_use> links, link_place between);

// What a server holds at the stop whose clients are behind these links: a path that lets little or
// nothing through makes slow or silent clients of all.
std::vector<held_condition> conditions_of(std::span<const link_use> links);

// A stop may take this much longer: the worst client behind it needs as many round trips to finish
// a handshake (two, RFC 5246 section 7.3), a request, and the closing of the connection.
inline constexpr int round_trips_of_stop = 4;
duration allowance_of(std::span<const link_use> links);

// A request may: connect and handshake come first, at a proxy's origin, too.
inline constexpr int round_trips_of_request = 3;

}  // namespace stormdrain
