#pragma once
// What /metrics shows, in the text form that Prometheus scrapes.

#include <cstdint>
#include <string>

namespace reference {

struct metrics {
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_open = 0;
    std::uint64_t connections_reset = 0;  // by the peer
    std::uint64_t connections_force_closed = 0;
    std::uint64_t handshakes_completed = 0;
    std::uint64_t handshakes_failed = 0;
    std::uint64_t requests = 0;
    std::uint64_t responses_2xx = 0;
    std::uint64_t responses_4xx = 0;
    std::uint64_t responses_5xx = 0;
    std::uint64_t origin_connections = 0;  // these three are a proxy's
    std::uint64_t origin_requests = 0;
    std::uint64_t origin_reuses = 0;  // requests on a connection that has served others before
    std::uint64_t deadlines_passed = 0;
    std::uint64_t accept_failures = 0;
    std::uint64_t accept_backoffs = 0;
};

void count_response(metrics& counted, int status);

std::string to_text(const metrics& counted);
// The same as "connections_accepted_total=3 connections_open=1 ...", with a newline at the end.
std::string to_line(const metrics& counted);

}  // namespace reference
