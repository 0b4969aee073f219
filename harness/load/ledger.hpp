#pragma once
// One row for each request that did not go the ordinary way, a count for those that did. Rows say
// what happened; whether that was legal is for a check to say (checks/request_fate).

#include "harness/base/time.hpp"
#include "harness/load/latency_histogram.hpp"
#include "harness/net/connection_log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// How a request ended for its client.
enum class request_end {
    answered,          // a whole response
    refused,           // connect failed: ECONNREFUSED
    reset,             // RST (ECONNRESET, EPIPE) before the response was whole
    end_of_stream,     // FIN before the response was whole
    timed_out,         // nothing more came until the deadline
    handshake_failed,  // TLS handshake ended by alert, EOF, RST or deadline
    malformed,         // the bytes were not HTTP/1.1
    connect_failed,    // connect failed otherwise (timed out, no route)
    harness_failed,    // the harness could not even try (no descriptor, no port)
    abandoned,         // the cycle ended first; not judged
    unprocessed,       // HTTP/2: GOAWAY or REFUSED_STREAM say that it may be asked again
};

std::string_view to_text(request_end end);

// What was going on when a request failed.
enum class failure_phase {
    connect,
    tls,     // the handshake
    write,   // the request was not sent whole
    head,    // of the response
    body,    // of the response
    close,   // behind the whole response
    status,  // answered, and not as its route says
};

std::string_view to_text(failure_phase phase);

enum class address_family { ipv4, ipv6, unix_path };

address_family family_of(const endpoint& remote);

std::string_view to_text(address_family family);

struct request_row {
    std::uint64_t id = 0;  // order in which requests began
    connection_id connection = 0;
    std::uint32_t number_on_connection = 0;  // 0 = the first on a fresh connection
    std::string route;
    bool idempotent = true;
    since_start started{};                       // connect began, or the request's write
    std::optional<since_start> first_byte_sent;  // write began
    std::optional<since_start> all_sent;         // the kernel took the last byte
    std::optional<since_start> first_byte_received;
    since_start ended{};
    duration idle_before{};  // on a reused connection: since the previous response was whole
    int status = 0;          // 0: no status line came
    std::uint64_t response_bytes = 0;  // head and body
    std::uint64_t body_bytes = 0;
    std::optional<std::uint64_t> body_announced;  // Content-Length
    bool chunked = false;                         // Transfer-Encoding
    bool close_announced = false;                 // by this response
    request_end end = request_end::answered;
    std::string error;  // what the system said: "Connection reset by peer"
    failure_phase phase = failure_phase::status;
    address_family family = address_family::ipv4;
    duration connection_age{};      // on a reused connection: since it was opened
    bool begun_after_stop = false;  // after T0
    std::uint32_t stream = 0;       // HTTP/2; 0: it is none, or got none
    // HTTP/2: of the last GOAWAY that its connection had heard when it ended.
    std::optional<std::uint32_t> goaway_last_stream;
};

// Requests that failed in the same way.
struct failure_class {
    failure_phase phase = failure_phase::status;
    request_end end = request_end::answered;
    std::string error;
    address_family family = address_family::ipv4;
    bool on_reused = false;  // else on a fresh connection, or on none
    std::uint64_t count = 0;
    duration age_min{};  // of the reused connections
    duration age_max{};
    bool operator==(const failure_class&) const = default;
};

// Of the ordinary answers of a route that ended before the stop.
struct body_sizes {
    std::string route;
    std::uint64_t count = 0;
    std::uint64_t min = 0;
    std::uint64_t max = 0;
    bool operator==(const body_sizes&) const = default;
};

// What an HTTP/2 connection of the load heard of its end.
struct http2_connection_row {
    connection_id connection = 0;
    since_start opened{};
    since_start ended{};
    bool closed_by_server = false;     // its FIN or RST was read; otherwise the client closed
    std::uint32_t highest_stream = 0;  // that was asked
    std::uint32_t answered_count = 0;  // requests, whole
    std::uint32_t goaways_count = 0;
    std::optional<since_start> first_goaway;
    std::uint32_t first_last_stream = 0;        // of the first GOAWAY
    std::uint32_t highest_stream_at_first = 0;  // that had been asked when it was read
    std::optional<since_start> last_goaway;
    std::uint32_t last_stream = 0;  // of the last GOAWAY
    std::uint32_t code = 0;         // of the last GOAWAY
    // Streams above it that were answered nevertheless.
    std::uint32_t answered_above_goaway = 0;
    // Behind the GOAWAY: since when no request was under way any more.
    std::optional<since_start> quiet_since;
};

// There is one for each client that met the stop, and they are much alike.
inline constexpr std::size_t http2_rows_max = 64;

// What a WebSocket of the load heard of its end.
struct websocket_row {
    connection_id connection = 0;
    since_start opened{};  // the server had granted it
    since_start ended{};
    bool closed_by_server = false;     // its FIN or RST was read; otherwise the client closed
    bool was_reset = false;            // it was a RST
    bool left_by_client = false;       // who said Close first: what the server said was the answer
    std::optional<since_start> told;   // the server's Close frame was read
    std::uint32_t close_code = 0;      // its code; 1005: it has none (RFC 6455 7.1.5)
    std::uint64_t messages_count = 0;  // that came from the server
};

// As of those.
inline constexpr std::size_t websocket_rows_max = http2_rows_max;

// More rows say nothing new and would make a red night fill the disk.
inline constexpr std::size_t unusual_rows_max = 2000;
// There is one for each client at most, and they are much alike.
inline constexpr std::size_t across_stop_rows_max = 16;

// An answered request is ordinary when its status was the route's expected one.
struct request_tally {
    std::uint64_t started = 0;
    std::uint64_t ordinary = 0;
    std::uint64_t answered_after_stop = 0;  // of the ordinary ones: begun after T0
    std::uint64_t reused_connection = 0;    // of the ordinary ones
    std::vector<request_row> unusual;       // at most unusual_rows_max
    std::uint64_t unusual_count = 0;        // all of them, also those without a row
    // Ordinary ones that were begun before the stop and ended behind it; at most
    // across_stop_rows_max.
    std::vector<request_row> across_stop;
    std::vector<body_sizes> bodies;
    // Connections over HTTP/2 that heard a GOAWAY, or that were open at the stop, or that the
    // server ended; at most http2_rows_max.
    std::vector<http2_connection_row> http2;
    std::uint64_t http2_count = 0;  // all of those
    // WebSockets that were open at the stop, or that the server ended; at most websocket_rows_max.
    std::vector<websocket_row> websockets;
    std::uint64_t websockets_count = 0;  // all of those
    // Of requests begun before the stop: those that came to nothing, or to the wrong status.
    std::uint64_t failed_on_fresh = 0;
    std::uint64_t failed_on_reused = 0;
    std::vector<failure_class> failures;  // the same by kind, see failure_classes.hpp
    // Of ordinary requests: from the first byte sent to the last received; from the begin of the
    // connect, where there was one, to the last received; from the first byte received to the last.
    latency_histogram latency;
    latency_histogram whole_time;
    latency_histogram receiving_time;
    // The last one of those requests whose client tried what acknowledging at once does; they are
    // not in receiving_time.
    latency_histogram acknowledged_receiving_time;
    std::uint64_t response_bytes_max = 0;  // of ordinary requests
    // Of the ordinary requests of an open loop: from the instant that its schedule meant. `latency`
    // is from the send; what a late send hides is between the two.
    latency_histogram latency_from_intended;
    latency_histogram send_lag;
    latency_histogram connect_time;
    latency_histogram handshake_time;
    std::uint64_t connections_opened = 0;
    // From the begin of the first client's first connect to that of the last one's: a burst.
    duration connects_began_within{};
    std::uint64_t handshakes_resumed = 0;  // of handshake_time.count(); the others were full ones

    // Takes the other's requests in; rows stay bounded.
    void add(const request_tally& other);
};

// One that went the ordinary way.
struct ordinary_request {
    duration latency{};
    duration whole_time{};
    duration receiving_time{};
    std::uint64_t response_bytes = 0;
    std::uint32_t number_on_connection = 0;
    bool begun_after_stop = false;
    bool acknowledged_at_once = false;  // on trial, see ack_trial.hpp
    // Of an open loop: from the instant that was meant to the first byte sent.
    std::optional<duration> send_lag;
};

// Takes the sizes in, as another route's or as more of the same one's.
void add_body_sizes(std::vector<body_sizes>& bodies, const body_sizes& more);

class ledger {
public:
    std::uint64_t begin() { return tally_.started++; }
    void ordinary(const ordinary_request& done);
    // Beside ordinary(): of those that ended before the stop, and of those that met it.
    void had_body(const std::string& route, std::uint64_t body_bytes);
    void met_stop(request_row row);
    void unusual(request_row row);
    void connected(duration connect_time, duration handshake_time);
    // Of each client's first connect.
    void first_connect_began(time_point when);
    void http2_ended(http2_connection_row row);
    void websocket_ended(websocket_row row);
    void handshake_resumed() { ++tally_.handshakes_resumed; }

    const request_tally& tally() const { return tally_; }

private:
    request_tally tally_;
    std::optional<time_point> first_began_;
};

}  // namespace stormdrain
