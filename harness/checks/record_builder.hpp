#pragma once
// Records of cycles for tests: a clean one to begin with, and the steps that spoil it.

#include "harness/checks/check.hpp"
#include "harness/load/failure_classes.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain::testing_records {

using namespace std::chrono_literals;

// Stop triggered at 2 s, finished at 2.1 s, deadline 5 s.
inline constexpr since_start stop_at = 2s;

inline process_facts process(pid_t pid, std::string command, char state) {
    process_facts facts;
    facts.pid = pid;
    facts.command = std::move(command);
    facts.state = state;
    return facts;
}

// A server that served 100 requests, let go of everything and stopped in time.
inline cycle_record clean_record() {
    cycle_record record;
    record.id = {"reference", "basic", "steady", 7, 0x5eed, 0, 1};
    record.reached = cycle_phase::done;
    record.total = 3s;
    record.start.launched = 1ms;
    record.start.listening = 10ms;
    record.start.served = 12ms;
    record.start.deadline = 10s;
    record.has_load = true;
    record.requests.started = 100;
    record.requests.ordinary = 100;
    record.stop.mode = "graceful";
    record.stop.moment = "at_rest";
    record.stop.trigger = "SIGTERM";
    record.stop.triggered = stop_at;
    record.stop.listener_gone = stop_at + 5ms;
    record.stop.finished = stop_at + 100ms;
    record.stop.promised = 1s;
    record.stop.deadline = stop_at + 3s;
    record.exit.emplace();  // exit 0
    record.exited = stop_at + 100ms;
    record.ports.push_back({"http", 8080, true, true, ""});
    record.rest.baseline.emplace();
    record.rest.baseline->processes.push_back(process(12, "server", 'S'));
    record.rest.at_rest = record.rest.baseline;
    record.rest.settled = true;
    record.rest.connections_count = 10;
    return record;
}

// A request of a well-behaved client that was sent whole at `sent` and came to nothing.
inline request_row cut_request(since_start sent, request_end end = request_end::reset) {
    request_row row;
    row.route = "small";
    row.started = sent;
    row.first_byte_sent = sent;
    row.all_sent = sent + 1ms;
    row.ended = sent + 10ms;
    row.end = end;
    return row;
}

// The same on a connection that had been idle for so long.
inline request_row on_reused(request_row row, duration idle_before) {
    row.number_on_connection = 3;
    row.idle_before = idle_before;
    return row;
}

// The same with half of the announced body received.
inline request_row with_half_a_response(request_row row) {
    row.status = 200;
    row.first_byte_received = row.ended - 5ms;
    row.response_bytes = 600;
    row.body_bytes = 500;
    row.body_announced = 1000;
    return row;
}

inline void add_request(cycle_record& record, request_row row) {
    row.id = record.requests.started++;
    row.phase = row.response_bytes > 0 ? failure_phase::body : failure_phase::head;
    request_tally& requests = record.requests;
    ++(row.number_on_connection != 0 ? requests.failed_on_reused : requests.failed_on_fresh);
    add_failures(requests.failures, failure_class_of(row));
    record.requests.unusual.push_back(std::move(row));
    ++record.requests.unusual_count;
}

// Over HTTP/2: it was open at the stop, heard two GOAWAYs, and was closed by the server.
inline http2_connection_row stopped_connection() {
    http2_connection_row row;
    row.connection = 4;
    row.opened = 1s;
    row.highest_stream = 9;
    row.answered_count = 5;
    row.goaways_count = 2;
    row.first_goaway = stop_at + 1ms;
    row.first_last_stream = 0x7fffffff;
    row.highest_stream_at_first = 9;
    row.last_goaway = stop_at + 2ms;
    row.last_stream = 9;
    row.quiet_since = stop_at + 40ms;
    row.ended = stop_at + 50ms;
    row.closed_by_server = true;
    return row;
}

inline void add_http2(cycle_record& record, http2_connection_row row) {
    record.requests.http2.push_back(std::move(row));
    ++record.requests.http2_count;
}

// It was open at the stop, told 1001, and closed by the server.
inline websocket_row stopped_websocket() {
    websocket_row row;
    row.connection = 5;
    row.opened = 1s;
    row.told = stop_at + 1ms;
    row.close_code = 1001;
    row.ended = stop_at + 2ms;
    row.closed_by_server = true;
    return row;
}

inline void add_websocket(cycle_record& record, websocket_row row) {
    record.requests.websockets.push_back(std::move(row));
    ++record.requests.websockets_count;
}

inline descriptor file_descriptor(int number, descriptor_kind kind, std::uint64_t inode) {
    return {number, kind, inode, std::string(to_text(kind)), {}};
}

// The server's end of a connection from the client port, to its port 8080.
inline descriptor server_socket(int number, std::uint16_t client_port, tcp_state state) {
    descriptor held = file_descriptor(number, descriptor_kind::tcp_socket, 1000U + client_port);
    held.tcp.emplace();
    held.tcp->local = {"127.0.0.1", 8080};
    held.tcp->remote = {"127.0.0.1", client_port};
    held.tcp->state = state;
    held.tcp->inode = held.inode;
    return held;
}

// Our end of it, closed at 1.5 s.
inline connection_row closed_connection(std::uint16_t client_port, std::string purpose,
                                        connection_end end = connection_end::closed_by_client) {
    connection_row row;
    row.purpose = std::move(purpose);
    row.port = "http";
    row.local = {"127.0.0.1", client_port};
    row.remote = {"127.0.0.1", 8080};
    row.opened = 1s;
    row.closed = 1500ms;
    row.end = end;
    return row;
}

// The server still holds the socket at rest, after the time it had.
inline void hold_at_rest(cycle_record& record, descriptor held, connection_row behind) {
    record.rest.at_rest->processes.front().descriptors.push_back(std::move(held));
    record.rest.behind.push_back(std::move(behind));
    record.rest.settled = false;
    record.rest.waited = 12s;
}

// The server still holds its end of a connection to an origin on port 9000, which the origin closed
// at 1.5 s.
inline void hold_upstream_at_rest(cycle_record& record, int number, std::uint16_t proxy_port,
                                  tcp_state state) {
    descriptor held = server_socket(number, 9000, state);
    held.tcp->local.port = proxy_port;
    held.inode = held.tcp->inode = 2000U + proxy_port;
    record.rest.at_rest->processes.front().descriptors.push_back(std::move(held));
    record.rest.at_rest->taken_at = 13500ms;
    upstream_row& row = record.rest.upstream.emplace_back();
    row.origin = "web";
    row.where = {"127.0.0.1", 9000};
    row.connection.number = 3;
    row.connection.proxy = {"127.0.0.1", proxy_port};
    row.connection.requests_count = 2;
    row.connection.opened = 1s;
    row.connection.ended = 1500ms;
    row.connection.end = origin_end::closed_by_origin;
    record.rest.settled = false;
    record.rest.waited = 12s;
}

// The stop did not end: SIGKILL at the deadline.
inline void hang(cycle_record& record) {
    record.stop.finished.reset();
    record.stop.escalations.push_back({"SIGKILL", record.stop.deadline});
    record.exit->native = 9;
    record.exited = record.stop.deadline + 1ms;
}

// One rest point a cycle, from cycle 0: so many eventfds and threads, so many MiB of memory.
inline std::vector<rest_point> points_of(const std::vector<std::uint32_t>& values) {
    std::vector<rest_point> points;
    for (const std::uint32_t value : values) {
        rest_point& point = points.emplace_back();
        point.cycle = static_cast<std::uint32_t>(points.size()) - 1;
        point.counts = {{descriptor_kind::eventfd, value}};
        point.threads_count = value;
        point.resident_bytes = value * 1024ULL * 1024ULL;
    }
    return points;
}

}  // namespace stormdrain::testing_records
