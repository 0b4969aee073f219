#include "harness/load/engine/slow_plan.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

// Of the 28,232 ports that Linux gives out by itself (ip(7), ip_local_port_range) a part may be in
// TIME_WAIT, or somebody else's.
constexpr std::uint32_t connections_per_source_max = 20'000;
// More are of no use: 127.0.0.1 to 127.0.0.250 have five million ports.
constexpr std::uint32_t sources_max = 250;

// One field whose value grows: however long it lasts, no limit on the number of fields ends it
// before a limit on their size does.
constexpr std::string_view growing_field = "X-Slow: ";

}  // namespace

std::string_view to_text(slow_manner manner) {
    switch (manner) {
        case slow_manner::headers:
            return "slow headers";
        case slow_manner::body:
            return "slow body";
        case slow_manner::reader:
            break;
    }
    return "slow reader";
}

slow_plan slow_plan_of(slow_manner manner, const route& what, std::string_view authority) {
    slow_plan plan;
    plan.manner = manner;
    switch (manner) {
        case slow_manner::headers:
            plan.opening = request_head(what, authority, connection_use::keep_alive);
            plan.opening.resize(plan.opening.size() - std::string_view("\r\n").size());
            plan.opening += growing_field;
            plan.pieces_max = UINT64_MAX;
            break;
        case slow_manner::body:
            plan.opening = request_head(what, authority, connection_use::keep_alive);
            plan.pieces_max = what.body_bytes;
            break;
        case slow_manner::reader:
            // Whoever says so is told by FIN when all of the answer was taken.
            plan.opening =
                request_head(what, authority, connection_use::one_request) + request_body(what);
            break;
    }
    return plan;
}

std::vector<socket_address> sources_for(std::uint32_t clients_count, const socket_address& remote) {
    const endpoint to = place_of(remote);
    const bool has_many = !is_unix(remote) && !is_ipv6(remote) && to.address.starts_with("127.");
    if (!has_many || clients_count <= connections_per_source_max) {
        return {};
    }
    const std::uint32_t wanted =
        (clients_count + connections_per_source_max - 1) / connections_per_source_max;
    std::vector<socket_address> sources;
    for (std::uint32_t number = 1; number <= std::min(wanted, sources_max); ++number) {
        sources.push_back(address_of({"127.0.0." + std::to_string(number), 0}).value());
    }
    return sources;
}

}  // namespace stormdrain
