#include "harness/report/record_json.hpp"

#include "harness/report/json_parts.hpp"
#include "harness/report/link_json.hpp"
#include "harness/report/origin_json.hpp"
#include "harness/report/process_json.hpp"
#include "harness/report/text.hpp"

#include <cmath>

namespace stormdrain {
namespace {

using nlohmann::json;

// For list_of(), which cannot choose among overloads.
template <class Value>
json write(const Value& value) {
    return to_json_value(value);
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
            {"chunked", row.chunked},
            {"close_announced", row.close_announced},
            {"end", to_text(row.end)},
            {"error", row.error},
            {"phase", to_text(row.phase)},
            {"family", to_text(row.family)},
            {"connection_age_ms", milliseconds_of(row.connection_age)},
            {"begun_after_stop", row.begun_after_stop},
            {"stream", row.stream},
            {"goaway_last_stream", value_or_null(row.goaway_last_stream)}};
}

json write_http2(const http2_connection_row& row) {
    return {{"connection", row.connection},
            {"opened_ms", milliseconds_of(row.opened)},
            {"ended_ms", milliseconds_of(row.ended)},
            {"closed_by_server", row.closed_by_server},
            {"highest_stream", row.highest_stream},
            {"answered_count", row.answered_count},
            {"goaways_count", row.goaways_count},
            {"first_goaway_ms", milliseconds_or_null(row.first_goaway)},
            {"first_last_stream", row.first_last_stream},
            {"highest_stream_at_first", row.highest_stream_at_first},
            {"last_goaway_ms", milliseconds_or_null(row.last_goaway)},
            {"last_stream", row.last_stream},
            {"code", row.code},
            {"answered_above_goaway", row.answered_above_goaway},
            {"quiet_since_ms", milliseconds_or_null(row.quiet_since)}};
}

json write_websocket(const websocket_row& row) {
    return {{"connection", row.connection},
            {"opened_ms", milliseconds_of(row.opened)},
            {"ended_ms", milliseconds_of(row.ended)},
            {"closed_by_server", row.closed_by_server},
            {"was_reset", row.was_reset},
            {"left_by_client", row.left_by_client},
            {"told_ms", milliseconds_or_null(row.told)},
            {"close_code", row.close_code},
            {"messages_count", row.messages_count}};
}

json write_failures(const failure_class& kind) {
    return {{"phase", to_text(kind.phase)},
            {"end", to_text(kind.end)},
            {"error", kind.error},
            {"family", to_text(kind.family)},
            {"on_reused", kind.on_reused},
            {"count", kind.count},
            {"age_min_ms", milliseconds_of(kind.age_min)},
            {"age_max_ms", milliseconds_of(kind.age_max)}};
}

json write_bodies(const body_sizes& sizes) {
    return {{"route", sizes.route},
            {"count", sizes.count},
            {"min_bytes", sizes.min},
            {"max_bytes", sizes.max}};
}

json write_requests(const request_tally& requests) {
    json written{
        {"started", requests.started},
        {"ordinary", requests.ordinary},
        {"answered_after_stop", requests.answered_after_stop},
        {"reused_connection", requests.reused_connection},
        {"unusual_count", requests.unusual_count},
        {"unusual", list_of(requests.unusual, write_request)},
        {"across_stop", list_of(requests.across_stop, write_request)},
        {"bodies", list_of(requests.bodies, write_bodies)},
        {"http2", list_of(requests.http2, write_http2)},
        {"http2_count", requests.http2_count},
        {"websockets", list_of(requests.websockets, write_websocket)},
        {"websockets_count", requests.websockets_count},
        {"failed_on_fresh", requests.failed_on_fresh},
        {"failed_on_reused", requests.failed_on_reused},
        {"failures", list_of(requests.failures, write_failures)},
        {"connections_opened", requests.connections_opened},
        {"connects_began_within_ms", milliseconds_of(requests.connects_began_within)},
        {"handshakes_resumed", requests.handshakes_resumed},
        {"latency", write_histogram(requests.latency)},
        {"whole_time", write_histogram(requests.whole_time)},
        {"receiving_time", write_histogram(requests.receiving_time)},
        {"acknowledged_receiving_time", write_histogram(requests.acknowledged_receiving_time)},
        {"response_bytes_max", requests.response_bytes_max},
        {"connect_time", write_histogram(requests.connect_time)},
        {"handshake_time", write_histogram(requests.handshake_time)}};
    if (requests.latency_from_intended.count() > 0) {
        written["latency_from_intended"] = write_histogram(requests.latency_from_intended);
        written["send_lag"] = write_histogram(requests.send_lag);
    }
    return written;
}

json write_recovery(const std::optional<recovery>& after) {
    if (!after) {
        return nullptr;
    }
    return {{"served", after->served},
            {"took_ms", milliseconds_of(after->took)},
            {"failure", after->failure}};
}

json write_demand(const std::optional<demand>& demanded) {
    if (!demanded) {
        return nullptr;
    }
    return {{"what", demanded->what},
            {"section", demanded->section},
            {"met", demanded->met},
            {"seen", demanded->seen},
            {"holds_at_stop", demanded->holds_at_stop},
            {"decided_ms", milliseconds_of(demanded->decided)}};
}

json write_injection(const injection& one) {
    return {{"connection", one.connection},
            {"delivered", one.delivered},
            {"unavailable", one.unavailable},
            {"proof", one.proof},
            {"struck_ms", milliseconds_of(one.struck)},
            {"response_status", value_or_null(one.response_status)},
            {"response_complete", one.response_complete},
            {"close_announced", value_or_null(one.close_announced)},
            {"server_closed_ms", milliseconds_or_null(one.server_closed)},
            {"server_reset", one.server_reset},
            {"server_released_ms", milliseconds_or_null(one.server_released)},
            {"ended_ms", milliseconds_of(one.ended)},
            {"request_whole_ms", milliseconds_or_null(one.request_whole)},
            {"idle_since_ms", milliseconds_or_null(one.idle_since)},
            {"demanded", write_demand(one.demanded)},
            {"after", write_recovery(one.after)},
            {"cpu_share", value_or_null(one.cpu_share)}};
}

json write_fault(const fault_record& fault) {
    const json settings = json::parse(fault.settings, nullptr, false);
    return {{"kind", fault.kind},
            {"settings", settings.is_discarded() ? json() : settings},
            {"point", fault.point},
            {"planned_count", fault.planned_count},
            {"delivered_count", fault.delivered_count},
            {"unavailable_count", fault.unavailable_count},
            {"held_back_count", fault.held_back_count},
            {"overtaken_count", fault.overtaken_count},
            {"strikes_process", fault.strikes_process},
            {"disturbs_requests", fault.disturbs_requests},
            {"ends_the_server", fault.ends_the_server},
            {"holds", to_text(fault.holds)},
            {"injections", list_of(fault.injections, write_injection)}};
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
    return {{"baseline", to_json_value(rest.baseline)},
            {"at_rest", to_json_value(rest.at_rest)},
            {"settled", rest.settled},
            {"waited_ms", milliseconds_of(rest.waited)},
            {"connections_count", rest.connections_count},
            {"behind", list_of(rest.behind, write<connection_row>)},
            {"upstream", list_of(rest.upstream, write<upstream_row>)}};
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
            {"asked_again_ms", milliseconds_or_null(stop.asked_again)},
            {"promised_ms", milliseconds_of(stop.promised)},
            {"worst", to_text(stop.worst)},
            {"deadline_ms", milliseconds_of(stop.deadline)},
            {"escalations", escalations},
            {"at_deadline", to_json_value(stop.at_deadline)},
            {"behind", list_of(stop.behind, write<connection_row>)},
            {"hang", to_json_value(stop.hang)},
            {"extensions_count", stop.extensions_count},
            {"held_before_trigger", to_json_value(stop.held_before_trigger)},
            {"held_at_trigger", to_json_value(stop.held_at_trigger)},
            {"held_at_listener_gone", to_json_value(stop.held_at_listener_gone)}};
}

json write_exit(const cycle_record& record) {
    if (!record.exit) {
        return nullptr;
    }
    return {{"native_status", record.exit->native},
            {"text", to_text(*record.exit)},
            {"at_ms", milliseconds_or_null(record.exited)}};
}

json write_want(const std::optional<cpu_want>& want) {
    if (!want) {
        return nullptr;
    }
    return {{"waited_ms", milliseconds_of(want->waited)},
            {"ran_ms", milliseconds_of(want->ran)},
            {"within_ms", milliseconds_of(want->within)},
            {"processors", want->processors}};
}

json write_restart(const std::optional<restart_record>& restart) {
    if (!restart) {
        return nullptr;
    }
    return {{"start", write_start(restart->start)},
            {"exit", restart->exit ? json(to_text(*restart->exit)) : json(nullptr)}};
}

json write_output(const output_record& output) {
    return {{"path", output.path},
            {"total_bytes", output.total_bytes},
            {"dropped_bytes", output.dropped_bytes},
            {"sink", to_text(output.sink)},
            {"tail", output.tail},
            {"alarms", output.alarms}};
}

json write_port(const port_record& port) {
    return {{"name", port.name},
            {"number", port.number},
            {"bindable", port.bindable},
            {"bindable_without_reuse", port.bindable_without_reuse},
            {"passed_down", port.passed_down},
            {"holder", port.holder}};
}

json write_listener(const listener_record& listener) {
    return {{"name", listener.name},
            {"number", listener.number},
            {"sockets_count", listener.sockets_count},
            {"backlog", listener.backlog},
            {"backlog_max", listener.backlog_max},
            {"dropped_count", listener.dropped_count},
            {"queue_length_max", listener.queue_length_max}};
}

json write_event(const timeline_event& event) {
    return {{"at_ms", milliseconds_of(event.at)}, {"what", event.what}};
}

}  // namespace

double milliseconds_of(duration length) {
    return std::round(std::chrono::duration<double, std::micro>(length).count()) / 1000.0;
}

// Printed already, so that reports that are made of the file are those that the run made.
json to_json_value(const finding& what) {
    return {{"id", what.id},
            {"severity", to_text(what.how_bad)},
            {"message", printable(what.message)},
            {"evidence", list_of(what.evidence, printable)},
            {"traits", list_of(what.traits, printable)},
            {"fingerprint", what.fingerprint},
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
            {"is_scripted", record.is_scripted},
            {"requests", write_requests(record.requests)},
            {"faults", list_of(record.faults, write_fault)},
            {"listeners", list_of(record.listeners, write_listener)},
            {"origins", list_of(record.origins, write<origin_record>)},
            {"path", to_json_value(record.path)},
            {"rest", write_rest(record.rest)},
            {"stop", write_stop(record.stop)},
            {"exit", write_exit(record)},
            {"server_cpu_ms", milliseconds_of(record.server_cpu)},
            {"at_exit", to_json_value(record.at_exit)},
            {"restart", write_restart(record.restart)},
            {"residue", to_json_value(record.residue)},
            {"orphans", list_of(record.orphans, write<process_facts>)},
            {"ports", list_of(record.ports, write_port)},
            {"output", write_output(record.output)},
            {"health",
             {{"canary_slip_max_ms", milliseconds_of(record.health.canary_slip_max)},
              {"server_want", write_want(record.health.server_want)},
              {"failure", record.health.failure}}},
            {"timeline", list_of(record.timeline, write_event)}};
}

}  // namespace stormdrain
