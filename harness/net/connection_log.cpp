#include "harness/net/connection_log.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {

std::string_view to_text(connection_end end) {
    switch (end) {
        case connection_end::open:
            return "open";
        case connection_end::closed_by_client:
            return "closed_by_client";
        case connection_end::reset_by_client:
            return "reset_by_client";
        case connection_end::closed_by_server:
            return "closed_by_server";
        case connection_end::reset_by_server:
            return "reset_by_server";
        case connection_end::not_established:
            return "not_established";
    }
    return "unknown";
}

connection_row& connection_log::open(std::string purpose, std::string port, endpoint remote) {
    // Ids begin at 1: 0 is "no connection" in records.
    const auto id = static_cast<connection_id>(rows_.size() + 1);
    connection_row& row = rows_[id];
    row.id = id;
    row.purpose = std::move(purpose);
    row.port = std::move(port);
    row.remote = std::move(remote);
    row.opened = clock_.now();
    return row;
}

void connection_log::bound(connection_row& row, endpoint local) {
    row.local = std::move(local);
    row.at_server = {row.remote, row.local};
    by_port_[row.local.port].push_back(row.id);
    by_seen_port_[row.local.port].push_back(row.id);
}

void connection_log::catch_up() {
    if (links_ != nullptr) {
        for (const passage_source::passage& made : links_->take_passages()) {
            passed(made);
        }
    }
}

const connection_row* connection_log::find_ours(const endpoint& local,
                                                const endpoint& remote) const {
    const auto found = by_port_.find(local.port);
    if (found == by_port_.end()) {
        return nullptr;
    }
    const auto& ids = found->second;
    const auto latest = std::find_if(ids.rbegin(), ids.rend(), [&](connection_id id) {
        const connection_row& row = at(id);
        return row.local == local && row.remote == remote;
    });
    return latest == ids.rend() ? nullptr : &at(*latest);
}

void connection_log::passed(const passage_source::passage& made) {
    const connection_row* const found = find_ours(made.client, made.link);
    if (found == nullptr) {
        return;  // a probe's, or of somebody else
    }
    rows_.at(found->id).at_server = made.at_server;
    by_seen_port_[made.at_server.remote.port].push_back(found->id);
}

void connection_log::released(const server_end& end, since_start when) {
    const auto found = by_seen_port_.find(end.remote.port);
    if (found == by_seen_port_.end()) {
        return;
    }
    for (const connection_id id : found->second) {
        connection_row& row = rows_.at(id);
        const bool had_socket = row.end != connection_end::not_established;
        if (had_socket && !row.server_released && row.at_server == end) {
            row.server_released = when;
            return;
        }
    }
}

const connection_row* connection_log::find(std::uint16_t local_port) const {
    const auto found = by_port_.find(local_port);
    return found == by_port_.end() ? nullptr : &at(found->second.back());
}

const connection_row* connection_log::find(const server_end& end) const {
    const auto found = by_seen_port_.find(end.remote.port);
    if (found == by_seen_port_.end()) {
        return nullptr;
    }
    const auto& ids = found->second;
    const auto latest = std::find_if(ids.rbegin(), ids.rend(),
                                     [&](connection_id id) { return at(id).at_server == end; });
    return latest == ids.rend() ? nullptr : &at(*latest);
}

const connection_row& connection_log::at(connection_id id) const {
    return rows_.at(id);
}

std::size_t connection_log::open_count() const {
    return static_cast<std::size_t>(std::count_if(
        rows_.begin(), rows_.end(), [](const auto& entry) { return !entry.second.closed; }));
}

}  // namespace stormdrain
