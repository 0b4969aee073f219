#include "harness/report/link_json.hpp"

#include "harness/report/json_parts.hpp"

namespace stormdrain {
namespace {

using nlohmann::json;

json write_delay(const path_delay& way) {
    return {{"up_ms", milliseconds_of(way.up)}, {"down_ms", milliseconds_of(way.down)}};
}

json write_toxic(const toxic_record& toxic) {
    const json settings = json::parse(toxic.settings, nullptr, false);
    return {{"name", toxic.name},
            {"type", toxic.type},
            {"stream", toxic.stream},
            {"toxicity", toxic.toxicity},
            {"settings", settings.is_discarded() ? json() : settings},
            {"connections", toxic.connections_count},
            {"strikes", toxic.strikes_count},
            {"delays", toxic.delays_count},
            {"delayed_bytes", toxic.delayed_bytes},
            {"delay_min_ms", milliseconds_of(toxic.delay_min)},
            {"delay_mean_ms", milliseconds_of(toxic.delay_mean)},
            {"delay_max_ms", milliseconds_of(toxic.delay_max)},
            {"lateness_max_ms", milliseconds_of(toxic.lateness_max)}};
}

json write_strike(const link_strike& strike) {
    return {{"toxic", strike.toxic},
            {"connection", strike.connection},
            {"began_ms", milliseconds_of(strike.began)},
            {"ended_ms", milliseconds_of(strike.ended)}};
}

json write_link(const link_record& link) {
    return {{"name", link.name},
            {"between", to_text(link.between)},
            {"leads_to", link.leads_to},
            {"listens_on", to_text(link.listens_on)},
            {"upstream", to_text(link.upstream)},
            {"accepted", link.accepted_count},
            {"dial_failures", link.dial_failures_count},
            {"resets", link.resets_count},
            {"bytes_up", link.bytes_up},
            {"bytes_down", link.bytes_down},
            {"toxics", list_of(link.toxics, write_toxic)},
            {"strikes_count", link.strikes_count},
            {"strikes", list_of(link.strikes, write_strike)},
            {"refused", link.refused}};
}

}  // namespace

json to_json_value(const path_record& path) {
    if (path.links.empty()) {
        return nullptr;
    }
    return {{"to_target", write_delay(path.to_target)},
            {"to_origins", write_delay(path.to_origins)},
            {"stop_allowance_ms", milliseconds_of(path.stop_allowance)},
            {"links", list_of(path.links, write_link)}};
}

}  // namespace stormdrain
