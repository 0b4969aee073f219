#include "harness/checks/disturbance.hpp"

#include "harness/checks/rules/backlog_retry.hpp"
#include "harness/checks/rules/drain_status.hpp"
#include "harness/checks/rules/struck_origin.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

// Without descriptors or time: not to take connections. 500 is never an excuse (R6).
bool is_beyond_its_means(const request_row& row) {
    switch (row.end) {
        case request_end::refused:
        case request_end::connect_failed:
        case request_end::handshake_failed:
        case request_end::timed_out:
            return true;
        case request_end::answered:
            return rules::is_overload_status(row.status);
        case request_end::reset:
        case request_end::end_of_stream:
            return row.number_on_connection == 0 && row.response_bytes == 0;
        default:
            return false;
    }
}

}  // namespace

std::string_view rule_of_disturbed(const request_row& row) {
    if (row.end == request_end::answered) {
        return "R6";
    }
    return row.end == request_end::refused ? "R3" : "R20";
}

const disturbance* disturbance_of(const request_row& row,
                                  const std::vector<disturbance>& disturbances) {
    const auto found = std::ranges::find_if(disturbances, [&row](const disturbance& during) {
        const bool was_cut_off =
            !during.ended && row.end != request_end::answered && row.end != request_end::malformed;
        return row.ended >= during.began &&
               (was_cut_off ||
                (is_beyond_its_means(row) &&
                 (!during.ended || row.started <= *during.ended + rules::disturbance_echo)));
    });
    return found == disturbances.end() ? nullptr : &*found;
}

const disturbance* strike_behind(const request_row& row, const std::vector<disturbance>& strikes) {
    const auto found = std::ranges::find_if(strikes, [&row](const disturbance& strike) {
        return rules::may_be_origins_doing(row, {strike.began, *strike.ended});
    });
    return found == strikes.end() ? nullptr : &*found;
}

std::vector<disturbance> strikes_of(const cycle_record& record) {
    std::vector<disturbance> strikes;
    // What an origin did reaches the client that much later.
    const duration on_the_way =
        record.path.to_origins.round_trip() + record.path.to_target.round_trip();
    for (const origin_record& origin : record.origins) {
        for (const origin_strike& strike : origin.strikes) {
            strikes.push_back({strike.fault, strike.began, strike.ended + on_the_way});
        }
    }
    for (const link_record& link : record.path.links) {
        for (const link_strike& strike : link.strikes) {
            if (link.between == link_place::target_and_origins) {
                strikes.push_back({strike.toxic, strike.began, strike.ended + on_the_way});
            }
        }
    }
    return strikes;
}

std::uint64_t strikes_count(const cycle_record& record) {
    std::uint64_t count = 0;
    for (const origin_record& origin : record.origins) {
        count += origin.strikes_count;
    }
    for (const link_record& link : record.path.links) {
        count += link.between == link_place::target_and_origins ? link.strikes_count : 0;
    }
    return count;
}

}  // namespace stormdrain
