#include "harness/report/record_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace stormdrain {
namespace {

using nlohmann::json;

// A server with more is counted, not listed: a line a cycle must stay readable.
constexpr std::size_t descriptors_max = 256;

json milliseconds_or_null(const std::optional<since_start>& when) {
    return when ? json(milliseconds_of(*when)) : json(nullptr);
}

template <class Value>
json value_or_null(const std::optional<Value>& value) {
    return value ? json(*value) : json(nullptr);
}

template <class Values, class Write>
json list_of(const Values& values, Write write) {
    json list = json::array();
    for (const auto& value : values) {
        list.push_back(write(value));
    }
    return list;
}

json write_histogram(const latency_histogram& times) {
    return {{"count", times.count()},
            {"p50_ms", milliseconds_of(times.quantile(0.5))},
            {"p90_ms", milliseconds_of(times.quantile(0.9))},
            {"p99_ms", milliseconds_of(times.quantile(0.99))},
            {"max_ms", milliseconds_of(times.max())}};
}

json write_request(const request_row& row) {
    return {{"id", row.id},
            {"connection", row.connection},
            {"number_on_connection", row.number_on_connection},
            {"route", row.route},
            {"idempotent", row.idempotent},
            {"started_ms", milliseconds_of(row.started)},
            {"first_byte_sent_ms", milliseconds_or_null(row.first_byte_sent)},
            {"all_sent_ms", milliseconds_or_null(row.all_sent)},
            {"first_byte_received_ms", milliseconds_or_null(row.first_byte_received)},
            {"ended_ms", milliseconds_of(row.ended)},
            {"idle_before_ms", milliseconds_of(row.idle_before)},
            {"status", row.status},
            {"response_bytes", row.response_bytes},
            {"body_bytes", row.body_bytes},
            {"body_announced_bytes", value_or_null(row.body_announced)},
            {"close_announced", row.close_announced},
            {"end", to_text(row.end)},
            {"error", row.error}};
}

json write_requests(const request_tally& requests) {
    return {{"started", requests.started},
            {"ordinary", requests.ordinary},
            {"answered_after_stop", requests.answered_after_stop},
            {"reused_connection", requests.reused_connection},
            {"unusual_count", requests.unusual_count},
            {"unusual", list_of(requests.unusual, write_request)},
            {"connections_opened", requests.connections_opened},
            {"latency", write_histogram(requests.latency)},
            {"connect_time", write_histogram(requests.connect_time)},
            {"handshake_time", write_histogram(requests.handshake_time)}};
}

json write_connection(const connection_row& row) {
    return {{"id", row.id},
            {"purpose", row.purpose},
            {"port", row.port},
            {"local", to_text(row.local)},
            {"remote", to_text(row.remote)},
            {"opened_ms", milliseconds_of(row.opened)},
            {"half_closed_ms", milliseconds_or_null(row.half_closed)},
            {"server_closed_ms", milliseconds_or_null(row.server_closed)},
            {"closed_ms", milliseconds_or_null(row.closed)},
            {"end", to_text(row.end)},
            {"requests_count", row.requests_count}};
}

json write_injection(const injection& one) {
    return {{"connection", one.connection},
            {"delivered", one.delivered},
            {"proof", one.proof},
            {"struck_ms", milliseconds_of(one.struck)},
            {"response_status", value_or_null(one.response_status)},
            {"response_complete", one.response_complete},
            {"server_closed_ms", milliseconds_or_null(one.server_closed)},
            {"ended_ms", milliseconds_of(one.ended)}};
}

json write_fault(const fault_record& fault) {
    return {{"kind", fault.kind},
            {"point", fault.point},
            {"planned_count", fault.planned_count},
            {"delivered_count", fault.delivered_count},
            {"injections", list_of(fault.injections, write_injection)}};
}

json write_descriptor(const descriptor& held) {
    json written{{"number", held.number},
                 {"kind", to_text(held.kind)},
                 {"inode", held.inode},
                 {"target", held.target}};
    if (held.tcp) {
        written["tcp"] = {{"local", to_text(held.tcp->local)},
                          {"remote", to_text(held.tcp->remote)},
                          {"state", to_text(held.tcp->state)},
                          {"receive_queue_bytes", held.tcp->receive_queue_bytes},
                          {"send_queue_bytes", held.tcp->send_queue_bytes}};
    }
    return written;
}

json write_process(const process_facts& process) {
    std::map<std::string, std::uint64_t> kinds;
    for (const descriptor& held : process.descriptors) {
        ++kinds[std::string(to_text(held.kind))];
    }
    json listed = json::array();
    for (std::size_t i = 0; i < std::min(process.descriptors.size(), descriptors_max); ++i) {
        listed.push_back(write_descriptor(process.descriptors[i]));
    }
    return {{"pid", process.pid},
            {"parent", process.parent},
            {"command", process.command},
            {"state", std::string(1, process.state)},
            {"threads_count", process.threads_count},
            {"resident_bytes", process.resident_bytes},
            {"cpu_time_ms", milliseconds_of(process.cpu_time)},
            {"descriptors_count", process.descriptors.size()},
            {"descriptors_by_kind", kinds},
            {"descriptors", listed}};
}

json write_census(const std::optional<census>& taken) {
    if (!taken) {
        return nullptr;
    }
    return {{"taken_at_ms", milliseconds_of(taken->taken_at)},
            {"processes", list_of(taken->processes, write_process)}};
}

json write_start(const start_record& start) {
    return {{"launched_ms", milliseconds_or_null(start.launched)},
            {"listening_ms", milliseconds_or_null(start.listening)},
            {"served_ms", milliseconds_or_null(start.served)},
            {"deadline_ms", milliseconds_of(start.deadline)},
            {"failure", start.failure},
            {"blame_is_elsewhere", start.blame_is_elsewhere}};
}

json write_rest(const rest_record& rest) {
    return {{"baseline", write_census(rest.baseline)},
            {"at_rest", write_census(rest.at_rest)},
            {"settled", rest.settled},
            {"waited_ms", milliseconds_of(rest.waited)},
            {"connections_count", rest.connections_count},
            {"behind", list_of(rest.behind, write_connection)}};
}

json write_stop(const stop_record& stop) {
    const auto escalations = list_of(stop.escalations, [](const stop_escalation& step) {
        return json{{"signal", step.signal}, {"at_ms", milliseconds_of(step.at)}};
    });
    const auto held = list_of(stop.held, [](held_condition one) { return json(to_text(one)); });
    return {{"mode", stop.mode},
            {"moment", stop.moment},
            {"moment_reached", stop.moment_reached},
            {"trigger", stop.trigger},
            {"trigger_failure", stop.trigger_failure},
            {"triggered_ms", milliseconds_or_null(stop.triggered)},
            {"listener_gone_ms", milliseconds_or_null(stop.listener_gone)},
            {"finished_ms", milliseconds_or_null(stop.finished)},
            {"held", held},
            {"quit_asked_ms", milliseconds_or_null(stop.quit_asked)},
            {"released_ms", milliseconds_or_null(stop.released)},
            {"promised_ms", milliseconds_of(stop.promised)},
            {"worst", to_text(stop.worst)},
            {"deadline_ms", milliseconds_of(stop.deadline)},
            {"escalations", escalations},
            {"at_deadline", write_census(stop.at_deadline)},
            {"behind", list_of(stop.behind, write_connection)}};
}

json write_exit(const cycle_record& record) {
    if (!record.exit) {
        return nullptr;
    }
    return {{"native_status", record.exit->native},
            {"text", to_text(*record.exit)},
            {"at_ms", milliseconds_or_null(record.exited)}};
}

json write_output(const output_record& output) {
    return {{"path", output.path},
            {"total_bytes", output.total_bytes},
            {"dropped_bytes", output.dropped_bytes},
            {"tail", output.tail},
            {"alarms", output.alarms}};
}

json write_port(const port_record& port) {
    return {{"name", port.name},
            {"number", port.number},
            {"bindable", port.bindable},
            {"holder", port.holder}};
}

json write_event(const timeline_event& event) {
    return {{"at_ms", milliseconds_of(event.at)}, {"what", event.what}};
}

}  // namespace

double milliseconds_of(duration length) {
    return std::round(std::chrono::duration<double, std::micro>(length).count()) / 1000.0;
}

json to_json_value(const finding& what) {
    return {{"id", what.id},
            {"severity", what.how_bad == severity::failure ? "failure" : "warning"},
            {"message", what.message},
            {"evidence", what.evidence},
            {"cycle", what.cycle},
            {"over_cycles", what.over_cycles}};
}

json to_json_value(const cycle_record& record) {
    return {{"target", record.id.target},
            {"suite", record.id.suite},
            {"scenario", record.id.scenario},
            {"index", record.id.index},
            {"cycle_seed", to_hex(record.id.cycle_seed)},
            {"attempt", record.id.attempt},
            {"process_number", record.id.process_number},
            {"reached", to_text(record.reached)},
            {"total_ms", milliseconds_of(record.total)},
            {"in_process", record.in_process},
            {"server_pid", record.server_pid},
            {"start", write_start(record.start)},
            {"has_load", record.has_load},
            {"requests", write_requests(record.requests)},
            {"faults", list_of(record.faults, write_fault)},
            {"rest", write_rest(record.rest)},
            {"stop", write_stop(record.stop)},
            {"exit", write_exit(record)},
            {"server_cpu_ms", milliseconds_of(record.server_cpu)},
            {"orphans", list_of(record.orphans, write_process)},
            {"ports", list_of(record.ports, write_port)},
            {"output", write_output(record.output)},
            {"health",
             {{"canary_slip_max_ms", milliseconds_of(record.health.canary_slip_max)},
              {"failure", record.health.failure}}},
            {"timeline", list_of(record.timeline, write_event)}};
}

}  // namespace stormdrain
