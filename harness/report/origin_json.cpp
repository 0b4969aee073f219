#include "harness/report/origin_json.hpp"

#include "harness/report/json_parts.hpp"

namespace stormdrain {
namespace {

using nlohmann::json;

json write_connection(const origin_connection_row& row) {
    return {{"number", row.number},
            {"proxy", to_text(row.proxy)},
            {"opened_ms", milliseconds_of(row.opened)},
            {"sni", row.sni},
            {"requests", row.requests_count},
            {"half_closed_ms", milliseconds_or_null(row.half_closed)},
            {"ended_ms", milliseconds_or_null(row.ended)},
            {"end", to_text(row.end)}};
}

json write_misdirected(const misdirected_request& request) {
    return {{"host", request.host},
            {"sni", request.sni},
            {"path", request.path},
            {"connection", request.connection},
            {"at_ms", milliseconds_of(request.at)}};
}

json write_strike(const origin_strike& strike) {
    return {{"fault", strike.fault},
            {"host", strike.host},
            {"path", strike.path},
            {"connection", strike.connection},
            {"began_ms", milliseconds_of(strike.began)},
            {"ended_ms", milliseconds_of(strike.ended)}};
}

}  // namespace

json to_json_value(const origin_record& origin) {
    return {{"name", origin.name},
            {"speaks", origin.speaks == origin_protocol::https ? "https" : "http"},
            {"where", to_text(origin.where)},
            {"hosts", origin.hosts},
            {"open_before", origin.open_before_count},
            {"accepted", origin.accepted_count},
            {"turned_away", origin.turned_away_count},
            {"handshakes_failed", origin.handshakes_failed_count},
            {"requests", origin.requests_count},
            {"reused", origin.reused_count},
            {"judged", origin.judged_count},
            {"misdirected_count", origin.misdirected_count},
            {"strikes_count", origin.strikes_count},
            {"connections", list_of(origin.connections, write_connection)},
            {"misdirected", list_of(origin.misdirected, write_misdirected)},
            {"strikes", list_of(origin.strikes, write_strike)}};
}

json to_json_value(const upstream_row& row) {
    return {{"origin", row.origin},
            {"where", to_text(row.where)},
            {"connection", write_connection(row.connection)}};
}

}  // namespace stormdrain
