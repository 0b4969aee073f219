#pragma once
// What an origin saw of the proxy in front of it: plain values, for records, checks and reports.

#include "harness/base/time.hpp"
#include "harness/net/endpoint.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

enum class origin_protocol { http, https };

// How a connection to the origin ended, as the origin saw or did it.
enum class origin_end {
    open,
    closed_by_proxy,
    reset_by_proxy,
    closed_by_origin,  // in an orderly way
    reset_by_origin,   // RST on purpose
    handshake_failed,
};

std::string_view to_text(origin_end end);

struct origin_connection_row {
    std::uint32_t number = 0;  // in the order of arrival, from 1
    endpoint proxy;            // its end
    since_start opened{};
    std::string sni;  // what the client hello named; empty: nothing, or plain
    std::uint64_t requests_count = 0;
    std::optional<since_start> half_closed;  // the origin's FIN, while it still read
    std::optional<since_start> ended;
    origin_end end = origin_end::open;
};

// A request whose Host is not what its connection was made for (RFC 9110 section 15.5.20).
struct misdirected_request {
    std::string host;
    std::string sni;
    std::string path;
    std::uint32_t connection = 0;
    since_start at{};
};

// One request that the origin did not answer as it should, on purpose.
struct origin_strike {
    std::string fault;
    std::string host;
    std::string path;
    std::uint32_t connection = 0;
    since_start began{};
    since_start ended{};
};

// Counted from the begin of the load: how a proxy gets ready and warm is its own affair.
struct origin_record {
    static constexpr std::size_t connections_max = 64;  // kept; all are counted
    static constexpr std::size_t misdirected_max = 16;  // kept; all are counted
    static constexpr std::size_t strikes_max = 1000;    // no scenario orders more

    std::string name;
    origin_protocol speaks = origin_protocol::http;
    endpoint where;
    std::vector<std::string> hosts;
    std::uint64_t open_before_count = 0;  // connections that were there already
    std::uint64_t accepted_count = 0;
    std::uint64_t turned_away_count = 0;  // beyond the origin's own bound
    std::uint64_t handshakes_failed_count = 0;
    std::uint64_t requests_count = 0;
    std::uint64_t reused_count = 0;  // requests on a connection used before
    std::uint64_t judged_count = 0;  // requests of own hosts on connections to own hosts
    std::uint64_t misdirected_count = 0;
    std::uint64_t strikes_count = 0;
    std::vector<origin_connection_row> connections;
    std::vector<misdirected_request> misdirected;
    std::vector<origin_strike> strikes;
};

// A connection that the origin has ended, and whose other end the server still holds.
struct upstream_row {
    std::string origin;
    endpoint where;  // the origin's end
    origin_connection_row connection;
};

}  // namespace stormdrain
