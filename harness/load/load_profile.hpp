#pragma once
// What load a scenario asks for: a closed loop of strict clients.

#include "harness/base/time.hpp"
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
    after_stop after = after_stop::keep_sending;
    bool operator==(const load_profile&) const = default;
};

}  // namespace stormdrain
