#pragma once
// What load the engine is asked for.

#include "harness/base/seed.hpp"
#include "harness/base/time.hpp"
#include "harness/load/asked_route.hpp"
#include "harness/load/engine/arrival_schedule.hpp"
#include "harness/net/socket_address.hpp"
#include "harness/net/tls_client.hpp"
#include "harness/net/tls_session.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace stormdrain {

enum class engine_protocol {
    http_1_1,
    http_2,  // with prior knowledge (RFC 9113 section 3.3), over TLS as ALPN agrees on it
};

enum class handshake_kind {
    full,
    resumed,  // each client offers the session of its connection before
};

enum class tls_stack {
    openssl,
    own,           // TLS 1.3 over X25519 only (net/tls13), for half of the CPU a handshake
    own_unproven,  // the same, with one key share for all and no signature checked
};

struct engine_plan {
    socket_address remote;
    std::vector<asked_route> routes;  // asked in turn; of HTTP, without scripts
    engine_protocol protocol = engine_protocol::http_1_1;
    const tls_client* tls = nullptr;  // outlives the load; null: plain TCP
    stormdrain::tls_stack tls_stack = stormdrain::tls_stack::openssl;
    handshake_kind handshakes = handshake_kind::full;
    tls_version tls_version_wanted = tls_version::any;
    // A closed loop keeps each of them busy; an open one takes the next that is free.
    std::uint32_t clients_count = 1;
    std::uint32_t requests_per_connection = 0;  // 0: keep-alive without a cap
    // Requests under way on a connection: a pipeline, or the streams of HTTP/2.
    std::uint32_t pipeline_depth = 1;
    // The load ends with the first of the two that is reached.
    std::optional<std::uint64_t> requests_count;  // of all clients together
    std::optional<duration> lasts;                // no request begins later
    arrivals open_loop;                           // without a rate: a closed loop
    duration clients_ramp{};                      // a closed loop's clients begin within it
    duration request_timeout = std::chrono::seconds(30);
    std::uint32_t threads_count = 1;
    seed of_load = 0;
};

inline bool is_open_loop(const engine_plan& plan) {
    return plan.open_loop.per_second > 0;
}

// So many connections with a request each, begun at even distances within `length`; at least 1 ns.
engine_plan burst_of(engine_plan plan, std::uint32_t connections_count, duration length);

}  // namespace stormdrain
