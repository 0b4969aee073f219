#include "harness/report/process_json.hpp"

#include "harness/report/json_parts.hpp"

#include <algorithm>
#include <map>

namespace stormdrain {
namespace {

using nlohmann::json;

// A server with more is counted, not listed: a line a cycle must stay readable.
constexpr std::size_t descriptors_max = 256;

// For list_of(), which cannot choose among overloads.
template <class Value>
json write(const Value& value) {
    return to_json_value(value);
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
                          {"send_queue_bytes", held.tcp->send_queue_bytes},
                          {"timer", to_text(held.tcp->timer)},
                          {"retransmits_count", held.tcp->retransmits_count},
                          {"received_bytes", held.tcp->received_bytes},
                          {"acknowledged_bytes", held.tcp->acknowledged_bytes}};
    }
    return written;
}

json write_end(const exit_census& end) {
    return {{"at_ms", milliseconds_of(end.at)},
            {"seen_by", to_text(end.seen_by)},
            {"native_status", end.status.native},
            {"held", to_json_value(end.held)}};
}

json write_held(const held_at& held) {
    return {{"client", to_json_value(held.client)},
            {"server_state", to_text(held.server_state)},
            {"accepted", held.accepted},
            {"send_queue_bytes", held.send_queue_bytes},
            {"receive_queue_bytes", held.receive_queue_bytes}};
}

json write_thread(const thread_facts& thread) {
    return {{"process", thread.process},
            {"thread", thread.thread},
            {"name", thread.name},
            {"state", std::string(1, thread.state)},
            {"wait_in", thread.wait_in},
            {"syscall", thread.syscall},
            {"descriptor", value_or_null(thread.descriptor)},
            {"cpu_used_ms", milliseconds_of(thread.cpu_used)}};
}

json write_stack(const stack_group& group) {
    return {{"command", group.command}, {"threads", group.threads}, {"frames", group.frames}};
}

json write_connection(const held_connection& held) {
    return {{"process", held.process},
            {"what", write_descriptor(held.what)},
            {"client", held.client ? to_json_value(*held.client) : json(nullptr)}};
}

json write_residue(const residue_item& item) {
    return {{"kind", to_text(item.kind)},
            {"name", item.name},
            {"size_bytes", item.size_bytes},
            {"detail", item.detail}};
}

}  // namespace

json to_json_value(const connection_row& row) {
    return {{"id", row.id},
            {"purpose", row.purpose},
            {"port", row.port},
            {"local", to_text(row.local)},
            {"remote", to_text(row.remote)},
            {"server_sees", to_text(row.at_server.remote)},
            {"opened_ms", milliseconds_of(row.opened)},
            {"half_closed_ms", milliseconds_or_null(row.half_closed)},
            {"server_closed_ms", milliseconds_or_null(row.server_closed)},
            {"closed_ms", milliseconds_or_null(row.closed)},
            {"server_released_ms", milliseconds_or_null(row.server_released)},
            {"server_inode", row.server_inode},
            {"end", to_text(row.end)},
            {"requests_count", row.requests_count}};
}

json to_json_value(const process_facts& process) {
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
            {"program", process.program},
            {"state", std::string(1, process.state)},
            {"threads_count", process.threads_count},
            {"resident_bytes", process.resident_bytes},
            {"cpu_time_ms", milliseconds_of(process.cpu_time)},
            {"descriptors_readable", process.descriptors_readable},
            {"descriptors_count", process.descriptors.size()},
            {"descriptors_by_kind", kinds},
            {"descriptors", listed}};
}

json to_json_value(const std::optional<census>& taken) {
    if (!taken) {
        return nullptr;
    }
    return {{"taken_at_ms", milliseconds_of(taken->taken_at)},
            {"processes", list_of(taken->processes, write<process_facts>)}};
}

json to_json_value(const exit_record& watched) {
    return {{"witness", to_text(watched.witness)},
            {"weaker_because", watched.weaker_because},
            {"ends", list_of(watched.ends, write_end)},
            {"behind", list_of(watched.behind, write<connection_row>)}};
}

json to_json_value(const std::optional<connections_held_at>& held) {
    if (!held) {
        return nullptr;
    }
    return {{"at_ms", milliseconds_of(held->at)},
            {"count", held->count},
            {"rows", list_of(held->rows, write_held)}};
}

json to_json_value(const std::optional<hang_record>& hang) {
    if (!hang) {
        return nullptr;
    }
    return {{"cause", to_text(hang->cause)},
            {"why", hang->why},
            {"watched_ms", milliseconds_of(hang->watched)},
            {"cpu_used_ms", milliseconds_of(hang->cpu_used)},
            {"threads", list_of(hang->threads, write_thread)},
            {"stacks", list_of(hang->stacks, write_stack)},
            {"stacks_missing", hang->stacks_missing},
            {"connections", list_of(hang->connections, write_connection)},
            {"report_path", hang->report_path},
            {"notes", hang->notes}};
}

json to_json_value(const residue_record& residue) {
    return {{"items_count", residue.items_count},
            {"unseen", residue.unseen},
            {"items", list_of(residue.items, write_residue)}};
}

}  // namespace stormdrain
