#pragma once
// What the links of a scenario did in one cycle: plain values, and the proof that toxics struck.

#include "harness/base/time.hpp"
#include "harness/net/connection_log.hpp"
#include "harness/plan/link_place.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stormdrain {

// A connection that a toxic cost bytes, or its life.
struct link_strike {
    std::string toxic;
    connection_id connection = 0;  // of ours; 0: of the target's to an origin
    since_start began{};           // when the link took the connection
    since_start ended{};           // when it was over
    bool operator==(const link_strike&) const = default;
};

struct toxic_record {
    std::string name;
    std::string type;
    std::string stream;
    double toxicity = 1;
    std::string settings;                 // its attributes, as JSON
    bool strikes_by_nature = true;        // false: noop, which does nothing and proves nothing
    std::uint64_t connections_count = 0;  // that it struck
    std::uint64_t strikes_count = 0;
    // What came later, as measured; the lateness is what the machine added to the toxic's own time.
    std::uint64_t delays_count = 0;
    std::uint64_t delayed_bytes = 0;
    duration delay_min{};
    duration delay_mean{};
    duration delay_max{};
    duration lateness_max{};
};

struct link_record {
    // Kept; all are counted. With more than that a failed request may have been any of them.
    static constexpr std::size_t strikes_max = 4096;

    std::string name;
    link_place between = link_place::load_and_target;
    std::string leads_to;  // the port or the origin
    endpoint listens_on;
    endpoint upstream;
    std::uint64_t accepted_count = 0;
    std::uint64_t dial_failures_count = 0;
    std::uint64_t resets_count = 0;
    std::uint64_t bytes_up = 0;
    std::uint64_t bytes_down = 0;
    std::vector<toxic_record> toxics;
    std::uint64_t strikes_count = 0;
    std::vector<link_strike> strikes;
    // Of ours that the server refused: to their clients that is a RST (a link has accepted them).
    std::vector<connection_id> refused;
};

struct path_record {
    path_delay to_target;  // at most
    path_delay to_origins;
    duration stop_allowance{};  // by which the stop's deadline is later
    std::vector<link_record> links;
};

}  // namespace stormdrain
