#include "harness/load/ledger.hpp"

#include "harness/load/failure_classes.hpp"
#include "harness/net/unix_endpoint.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stormdrain {
namespace {

constexpr std::array<std::string_view, 11> end_words{
    "answered",       "refused",          "reset",      "end_of_stream",
    "timed_out",      "handshake_failed", "malformed",  "connect_failed",
    "harness_failed", "abandoned",        "unprocessed"};

constexpr std::array<std::string_view, 7> phase_words{"connect", "tls",   "write", "head",
                                                      "body",    "close", "status"};

// What the harness did not get to is no failure of the server's.
bool is_failure(const request_row& row) {
    return !row.begun_after_stop && row.end != request_end::harness_failed &&
           row.end != request_end::abandoned && row.end != request_end::unprocessed;
}

}  // namespace

std::string_view to_text(request_end end) {
    return end_words.at(static_cast<std::size_t>(end));
}

std::string_view to_text(failure_phase phase) {
    return phase_words.at(static_cast<std::size_t>(phase));
}

address_family family_of(const endpoint& remote) {
    if (is_unix(remote)) {
        return address_family::unix_path;
    }
    const bool is_ipv6 = remote.address.find(':') != std::string::npos;
    return is_ipv6 ? address_family::ipv6 : address_family::ipv4;
}

std::string_view to_text(address_family family) {
    switch (family) {
        case address_family::ipv4:
            return "ipv4";
        case address_family::ipv6:
            return "ipv6";
        case address_family::unix_path:
            break;
    }
    return "unix";
}

void request_tally::add(const request_tally& other) {
    started += other.started;
    ordinary += other.ordinary;
    answered_after_stop += other.answered_after_stop;
    reused_connection += other.reused_connection;
    for (const request_row& row : other.unusual) {
        if (unusual.size() < unusual_rows_max) {
            unusual.push_back(row);
        }
    }
    unusual_count += other.unusual_count;
    for (const request_row& row : other.across_stop) {
        if (across_stop.size() < across_stop_rows_max) {
            across_stop.push_back(row);
        }
    }
    for (const http2_connection_row& row : other.http2) {
        if (http2.size() < http2_rows_max) {
            http2.push_back(row);
        }
    }
    http2_count += other.http2_count;
    for (const websocket_row& row : other.websockets) {
        if (websockets.size() < websocket_rows_max) {
            websockets.push_back(row);
        }
    }
    websockets_count += other.websockets_count;
    for (const body_sizes& sizes : other.bodies) {
        add_body_sizes(bodies, sizes);
    }
    failed_on_fresh += other.failed_on_fresh;
    failed_on_reused += other.failed_on_reused;
    for (const failure_class& kind : other.failures) {
        add_failures(failures, kind);
    }
    latency.add(other.latency);
    whole_time.add(other.whole_time);
    receiving_time.add(other.receiving_time);
    acknowledged_receiving_time.add(other.acknowledged_receiving_time);
    response_bytes_max = std::max(response_bytes_max, other.response_bytes_max);
    latency_from_intended.add(other.latency_from_intended);
    send_lag.add(other.send_lag);
    connect_time.add(other.connect_time);
    handshake_time.add(other.handshake_time);
    connections_opened += other.connections_opened;
    connects_began_within = std::max(connects_began_within, other.connects_began_within);
    handshakes_resumed += other.handshakes_resumed;
}

void ledger::ordinary(const ordinary_request& done) {
    ++tally_.ordinary;
    tally_.answered_after_stop += done.begun_after_stop ? 1 : 0;
    tally_.reused_connection += done.number_on_connection != 0 ? 1 : 0;
    tally_.latency.record(done.latency);
    tally_.whole_time.record(done.whole_time);
    (done.acknowledged_at_once ? tally_.acknowledged_receiving_time : tally_.receiving_time)
        .record(done.receiving_time);
    tally_.response_bytes_max = std::max(tally_.response_bytes_max, done.response_bytes);
    if (done.send_lag) {
        tally_.send_lag.record(*done.send_lag);
        tally_.latency_from_intended.record(*done.send_lag + done.latency);
    }
}

void add_body_sizes(std::vector<body_sizes>& bodies, const body_sizes& more) {
    const auto same = std::ranges::find(bodies, more.route, &body_sizes::route);
    if (same == bodies.end()) {
        bodies.push_back(more);
        return;
    }
    same->count += more.count;
    same->min = std::min(same->min, more.min);
    same->max = std::max(same->max, more.max);
}

void ledger::had_body(const std::string& route, std::uint64_t body_bytes) {
    const auto same = std::ranges::find(tally_.bodies, route, &body_sizes::route);
    if (same == tally_.bodies.end()) {
        tally_.bodies.push_back({route, 1, body_bytes, body_bytes});
        return;
    }
    ++same->count;  // without a copy of the name: this is done for each request
    same->min = std::min(same->min, body_bytes);
    same->max = std::max(same->max, body_bytes);
}

void ledger::met_stop(request_row row) {
    if (tally_.across_stop.size() < across_stop_rows_max) {
        tally_.across_stop.push_back(std::move(row));
    }
}

void ledger::http2_ended(http2_connection_row row) {
    ++tally_.http2_count;
    if (tally_.http2.size() < http2_rows_max) {
        tally_.http2.push_back(std::move(row));
    }
}

void ledger::websocket_ended(websocket_row row) {
    ++tally_.websockets_count;
    if (tally_.websockets.size() < websocket_rows_max) {
        tally_.websockets.push_back(std::move(row));
    }
}

void ledger::unusual(request_row row) {
    ++tally_.unusual_count;
    if (is_failure(row)) {
        ++(row.number_on_connection != 0 ? tally_.failed_on_reused : tally_.failed_on_fresh);
        add_failures(tally_.failures, failure_class_of(row));
    }
    if (tally_.unusual.size() < unusual_rows_max) {
        tally_.unusual.push_back(std::move(row));
    }
}

void ledger::connected(duration connect_time, duration handshake_time) {
    ++tally_.connections_opened;
    tally_.connect_time.record(connect_time);
    if (handshake_time != duration::zero()) {  // plain TCP has none
        tally_.handshake_time.record(handshake_time);
    }
}

void ledger::first_connect_began(time_point when) {
    first_began_ = std::min(first_began_.value_or(when), when);
    tally_.connects_began_within = std::max(tally_.connects_began_within, when - *first_began_);
}

}  // namespace stormdrain
