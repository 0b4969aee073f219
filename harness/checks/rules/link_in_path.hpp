#pragma once
// R31: what a link in the path does to times and connections is no act of the server's.

#include "harness/cycle/link_record.hpp"
#include "harness/load/ledger.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain::rules {

// The way to the target as it was at worst: what the links passed on late comes on top of their
// delays, and so does what a timer of the harness slipped, for a link waits for the CPU as that
// does.
path_delay worst_way(const path_record& path, duration timer_slip);

// What a client says reaches the server later by the way up, at most: for requests the stop came
// that much earlier.
std::optional<since_start> stop_as_sent(const std::optional<since_start>& stop,
                                        const path_delay& way);

// The request as its server met it: between its last answer and this request lies a round trip more
// than the client saw.
request_row as_server_saw(request_row row, const path_delay& way);

// A client that connects to a link is connected, and reset when the server refuses: it was refused.
request_row as_without_link(request_row row, const path_record& path);

// A link dials for a client when it comes to it, and nobody notes when: of a client that asked
// before the stop it is not known whether the server had its connection in the queue by then.
bool passes_link(const path_record& path);

// Null: no toxic cost the connection anything.
const link_strike* strike_on(const request_row& row, const path_record& path);

// There were more strikes than are kept: it may have been struck all the same.
bool may_have_been_struck(const path_record& path);

// What a link was to do, before all ports together that it is before. Delays are one thing: a
// direction in which nothing is said has nothing to delay.
struct link_delivery {
    std::string what;         // "the delays of link far", "toxic down_downstream of link far"
    bool strikes_all = true;  // each connection; else a share of them, which may be none
    std::uint64_t strikes_count = 0;
    std::uint64_t connections_count = 0;  // that there were
};
std::vector<link_delivery> deliveries_of(const path_record& path);

}  // namespace stormdrain::rules
