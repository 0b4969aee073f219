#include "harness/origin/origin_tally.hpp"

#include "harness/net/http_syntax.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stormdrain {
namespace {

// "A.test:8443" -> "A.test", "[::1]:80" -> "[::1]", "a.test." -> "a.test"
std::string_view without_port(std::string_view host) {
    const std::size_t bracket = host.rfind(']');
    const std::size_t colon = host.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || bracket < colon)) {
        host = host.substr(0, colon);
    }
    return host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
}

}  // namespace

std::string_view to_text(origin_end end) {
    constexpr std::array<std::string_view, 6> words{"open",
                                                    "closed_by_proxy",
                                                    "reset_by_proxy",
                                                    "closed_by_origin",
                                                    "reset_by_origin",
                                                    "handshake_failed"};
    return words.at(static_cast<std::size_t>(end));
}

bool covers(std::string_view sni, std::string_view host) {
    return equals_ignoring_case(without_port(sni), without_port(host));
}

origin_tally::origin_tally(std::string name, origin_protocol speaks,
                           std::vector<std::string> hosts) {
    record_.name = std::move(name);
    record_.speaks = speaks;
    record_.hosts = std::move(hosts);
}

void origin_tally::begin(const cycle_clock& cycle) {
    origin_record fresh;
    fresh.name = record_.name;
    fresh.speaks = record_.speaks;
    fresh.hosts = record_.hosts;
    for (auto& [port, kept] : by_port_) {
        fresh.open_before_count += kept.ended ? 0U : 1U;
        kept.is_shown = false;
    }
    record_ = std::move(fresh);
    shown_before_.clear();
    shown_count_ = 0;
    clock_ = cycle;
}

origin_tally::kept_connection* origin_tally::find(std::uint32_t number) {
    const auto port = port_of_.find(number);
    return port == port_of_.end() ? nullptr : &by_port_.find(port->second)->second;
}

std::uint32_t origin_tally::opened(const endpoint& proxy, time_point at) {
    ++record_.accepted_count;
    if (const auto before = by_port_.find(proxy.port); before != by_port_.end()) {
        port_of_.erase(before->second.row.number);
        if (before->second.is_shown) {
            shown_before_.push_back(std::move(before->second));
        }
    }
    kept_connection kept;
    kept.row.number = ++last_number_;
    kept.row.proxy = proxy;
    kept.opened = at;
    kept.is_shown = shown_count_ < origin_record::connections_max;
    shown_count_ += kept.is_shown ? 1U : 0U;
    port_of_[kept.row.number] = proxy.port;
    by_port_[proxy.port] = std::move(kept);
    return last_number_;
}

void origin_tally::named(std::uint32_t connection, std::string sni) {
    if (kept_connection* const kept = find(connection)) {
        kept->row.sni = std::move(sni);
    }
}

void origin_tally::requested(std::uint32_t connection, const std::string& host,
                             const std::string& path, time_point at) {
    ++record_.requests_count;
    kept_connection* const kept = find(connection);
    if (kept == nullptr) {
        return;
    }
    record_.reused_count += kept->row.requests_count > 0 ? 1U : 0U;
    ++kept->row.requests_count;
    // A name that is none of the origin's was chosen for other reasons than the request: a proxy
    // may have one of its own for all it asks of this origin, in SNI or in Host.
    const auto is_own = [this](const std::string& name) {
        return std::ranges::any_of(record_.hosts,
                                   [&name](const std::string& own) { return covers(own, name); });
    };
    const std::string& sni = kept->row.sni;
    const bool is_judged = !sni.empty() && is_own(sni) && is_own(host);
    record_.judged_count += is_judged ? 1U : 0U;
    if (is_judged && !covers(sni, host)) {
        ++record_.misdirected_count;
        if (record_.misdirected.size() < origin_record::misdirected_max) {
            record_.misdirected.push_back({host, sni, path, connection, clock_.at(at)});
        }
    }
}

void origin_tally::half_closed(std::uint32_t connection, time_point at) {
    if (kept_connection* const kept = find(connection)) {
        kept->half_closed = at;
    }
}

void origin_tally::ended(std::uint32_t connection, origin_end how, time_point at) {
    record_.handshakes_failed_count += how == origin_end::handshake_failed ? 1U : 0U;
    kept_connection* const kept = find(connection);
    if (kept != nullptr && !kept->ended) {
        kept->ended = at;
        kept->row.end = how;
    }
}

std::size_t origin_tally::struck(std::uint32_t connection, origin_strike strike, time_point at) {
    ++record_.strikes_count;
    strike.connection = connection;
    strike.began = strike.ended = clock_.at(at);
    if (record_.strikes.size() < origin_record::strikes_max) {
        record_.strikes.push_back(std::move(strike));
    }
    return record_.strikes.size() - 1;
}

void origin_tally::strike_ended(std::size_t strike, time_point at) {
    if (strike < record_.strikes.size()) {
        record_.strikes[strike].ended = clock_.at(at);
    }
}

origin_connection_row origin_tally::row_of(const kept_connection& kept) const {
    origin_connection_row row = kept.row;
    row.opened = clock_.at(kept.opened);
    if (kept.half_closed) {
        row.half_closed = clock_.at(*kept.half_closed);
    }
    if (kept.ended) {
        row.ended = clock_.at(*kept.ended);
    }
    return row;
}

origin_record origin_tally::record(const endpoint& where) const {
    origin_record written = record_;
    written.where = where;
    for (const kept_connection& kept : shown_before_) {
        written.connections.push_back(row_of(kept));
    }
    for (const auto& [port, kept] : by_port_) {
        if (kept.is_shown) {
            written.connections.push_back(row_of(kept));
        }
    }
    std::ranges::sort(written.connections, {}, &origin_connection_row::number);
    return written;
}

std::optional<origin_connection_row> origin_tally::ended_from(std::uint16_t proxy_port) const {
    const auto found = by_port_.find(proxy_port);
    if (found == by_port_.end() || (!found->second.ended && !found->second.half_closed)) {
        return std::nullopt;
    }
    return row_of(found->second);
}

}  // namespace stormdrain
