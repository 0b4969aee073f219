#include "harness/origin/origin_set.hpp"

#include <algorithm>

namespace stormdrain {

namespace asio = boost::asio;

void origin_set::start(const asio::any_io_executor& executor, const std::vector<origin_plan>& plans,
                       const std::string& folder) {
    for (const origin_plan& plan : plans) {
        origins_.push_back(
            std::make_unique<origin_server>(executor, plan, folder + "/" + plan.name));
    }
}

origin_server* origin_set::find(std::string_view name) const {
    const auto found = std::ranges::find_if(origins_, [name](const auto& origin) {
        return name.empty() || origin->plan().name == name;
    });
    return found == origins_.end() ? nullptr : found->get();
}

void origin_set::note_secrets(key_log& into) {
    for (const auto& origin : origins_) {
        origin->note_secrets(into);
    }
}

void origin_set::begin(const cycle_clock& cycle) {
    for (const auto& origin : origins_) {
        origin->begin(cycle);
    }
}

std::vector<origin_record> origin_set::records() const {
    std::vector<origin_record> records;
    for (const auto& origin : origins_) {
        records.push_back(origin->record());
    }
    return records;
}

std::optional<upstream_row> origin_set::ended(const endpoint& origin, const endpoint& proxy) const {
    // Ports are enough: all traffic is on loopback, and addresses may be IPv4-mapped.
    const auto found = std::ranges::find_if(
        origins_, [&origin](const auto& one) { return one->where().port == origin.port; });
    if (found == origins_.end()) {
        return std::nullopt;
    }
    const std::optional<origin_connection_row> row = (*found)->ended_from(proxy.port);
    return row ? std::optional(upstream_row{(*found)->plan().name, (*found)->where(), *row})
               : std::nullopt;
}

asio::awaitable<void> origin_set::close_connections(duration limit) {
    for (const auto& origin : origins_) {
        co_await origin->close_connections(limit);
    }
}

asio::awaitable<void> origin_set::stop() {
    for (const auto& origin : origins_) {
        co_await origin->stop();
    }
    origins_.clear();
}

}  // namespace stormdrain
