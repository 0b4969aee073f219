#pragma once
// What load a scenario asks for: strict clients, in a closed loop or by a schedule.

#include "harness/base/time.hpp"
#include "harness/load/engine/arrival_schedule.hpp"
#include "harness/net/tls_session.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stormdrain {

// What a client does once the stop was triggered.
enum class after_stop {
    keep_sending,  // goes on until the server closes or refuses: a rolling restart under load
    stay_idle,     // finishes its request, then holds the connection open without a word
    close,         // finishes its request, then closes
};

// How clients of a TLS port shake hands.
struct tls_manner {
    tls_version version = tls_version::any;
    bool resumes = false;  // offers the session of the client's connection before
    bool operator==(const tls_manner&) const = default;
};

enum class load_protocol {
    http_1_1,
    h2,         // HTTP/2 as TLS agrees on it (ALPN)
    h2c,        // HTTP/2 on a plain port, with prior knowledge (RFC 9113 3.3)
    websocket,  // RFC 6455: a request is a message there and back, and the first asks for the
                // tunnel
};

inline bool is_http2(load_protocol protocol) {
    return protocol == load_protocol::h2 || protocol == load_protocol::h2c;
}

struct load_profile {
    std::string port = "http";
    std::vector<std::string> routes{"small"};  // asked in turn, by all clients together
    std::uint32_t clients_count = 8;
    std::uint32_t requests_per_client = 20;     // until the stop; then see after_stop
    std::uint32_t requests_per_connection = 0;  // 0: keep-alive without a cap; 1: one each
    duration think_time{};                      // between a response and the next request
    // Longer than any server may take for a request that scenarios use, short enough to tell
    // a server that forgot a request from one that is slow.
    duration request_timeout = std::chrono::seconds(30);
    std::uint32_t sources_count = 1;  // addresses that clients come from: 127.0.0.1 and up
    tls_manner tls;
    load_protocol protocol = load_protocol::http_1_1;
    std::uint32_t streams_per_connection = 1;  // requests of a client at a time, over HTTP/2
    // Requests of a client at a time, over HTTP/1.1: they are written before the first is answered.
    std::uint32_t pipeline_depth = 1;
    // Without a rate a closed loop. With one the clients share all requests, each of which is made
    // when the schedule means it, or as soon after that as a client is free.
    arrivals open_loop;
    // Instead of a rate: as many connections as there are clients begin within it, at even
    // distances, with one request each.
    duration burst{};
    duration clients_ramp{};  // a closed loop's clients begin within it, at even distances
    after_stop after = after_stop::keep_sending;
    bool operator==(const load_profile&) const = default;
};

// The schedule that the load keeps; without a rate it has none.
inline arrivals schedule_of(const load_profile& load) {
    arrivals schedule = load.open_loop;
    if (load.burst > duration::zero()) {
        schedule.per_second =
            load.clients_count / std::chrono::duration<double>(load.burst).count();
    }
    return schedule;
}

inline bool is_open_loop(const load_profile& load) {
    return schedule_of(load).per_second > 0;
}

}  // namespace stormdrain
