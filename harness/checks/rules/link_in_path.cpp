#include "harness/checks/rules/link_in_path.hpp"

#include "faults/link/toxic.hpp"
#include "harness/checks/rules/rule.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain::rules {
namespace {

std::string what_it_does(const toxic_record& toxic) {
    const toxic_kind* const kind = find_toxic(toxic.type);
    const bool delays =
        kind != nullptr && (kind->harm == toxic_harm::none || kind->harm == toxic_harm::slow);
    return delays ? "the delays" : "toxic " + toxic.name;
}

}  // namespace

path_delay worst_way(const path_record& path, duration timer_slip) {
    if (path.links.empty()) {
        return path.to_target;
    }
    duration lateness{};
    for (const link_record& link : path.links) {
        for (const toxic_record& toxic : link.toxics) {
            lateness = std::max(lateness, toxic.lateness_max);
        }
    }
    const duration late = lateness + timer_slip;
    return {path.to_target.up + late, path.to_target.down + late};
}

std::optional<since_start> stop_as_sent(const std::optional<since_start>& stop,
                                        const path_delay& way) {
    return stop ? std::optional(*stop - way.up) : std::nullopt;
}

request_row as_server_saw(request_row row, const path_delay& way) {
    row.idle_before += way.round_trip();
    return row;
}

request_row as_without_link(request_row row, const path_record& path) {
    const bool got_nothing =
        row.end == request_end::reset && row.response_bytes == 0 && row.number_on_connection == 0;
    const bool was_refused =
        got_nothing && std::ranges::any_of(path.links, [&row](const link_record& link) {
            return std::ranges::find(link.refused, row.connection) != link.refused.end();
        });
    if (was_refused) {
        row.end = request_end::refused;
        row.error += row.error.empty() ? "" : "; ";
        row.error += "the server refused the link's connection";
    }
    return row;
}

bool passes_link(const path_record& path) {
    return std::ranges::find(path.links, link_place::load_and_target, &link_record::between) !=
           path.links.end();
}

const link_strike* strike_on(const request_row& row, const path_record& path) {
    for (const link_record& link : path.links) {
        const auto found = std::ranges::find_if(link.strikes, [&row](const link_strike& strike) {
            return strike.connection != 0 && strike.connection == row.connection;
        });
        if (found != link.strikes.end()) {
            return &*found;
        }
    }
    return nullptr;
}

bool may_have_been_struck(const path_record& path) {
    return std::ranges::any_of(path.links, [](const link_record& link) {
        return link.strikes_count > link.strikes.size();
    });
}

std::vector<link_delivery> deliveries_of(const path_record& path) {
    std::vector<link_delivery> all;
    for (const link_record& link : path.links) {
        std::vector<std::string> seen;  // before this port
        for (const toxic_record& toxic : link.toxics) {
            if (!toxic.strikes_by_nature) {
                continue;
            }
            std::string what = what_it_does(toxic) + " of link " + link.name;
            const auto known = std::ranges::find(all, what, &link_delivery::what);
            link_delivery& one =
                known != all.end() ? *known : all.emplace_back(link_delivery{what});
            one.strikes_all = one.strikes_all && toxic.toxicity >= 1;
            one.strikes_count += toxic.strikes_count;
            if (std::ranges::find(seen, what) == seen.end()) {
                one.connections_count += link.accepted_count;
                seen.push_back(std::move(what));
            }
        }
    }
    return all;
}

extern const rule link_in_path;
const rule link_in_path{
    .number = "R31",
    .name = "link_in_path",
    .summary =
        "Behind a link the stop's deadline is later by four round trips, requests race with the "
        "stop for as long as they are under way, a connection that a toxic cut or silenced says "
        "nothing of the server, and a toxic that struck nobody makes nothing a pass.",
    .source = "RFC 1122 section 4.2.2.13; Shopify/toxiproxy#603",
};

}  // namespace stormdrain::rules
