#include "harness/plan/readers/load_reader.hpp"

#include "faults/fault_settings.hpp"
#include "harness/plan/readers/names.hpp"

#include <algorithm>
#include <array>

namespace stormdrain {
namespace {

constexpr std::int64_t connections_max = 100'000;
constexpr std::int64_t requests_max = 1'000'000'000;
constexpr std::int64_t times_max = 10'000;
constexpr std::int64_t streams_max = 1000;  // far more than servers allow
constexpr std::int64_t sources_max = 250;   // 127.0.0.1 to 127.0.0.250
// A share is never nothing; the runner takes at least one connection.
constexpr double share_min = 0.0001;

constexpr std::array<std::pair<std::string_view, after_stop>, 3> after_words{
    {{"keep_sending", after_stop::keep_sending},
     {"stay_idle", after_stop::stay_idle},
     {"close", after_stop::close}}};

constexpr std::array<std::pair<std::string_view, tls_version>, 3> version_words{
    {{"any", tls_version::any}, {"1.2", tls_version::tls_1_2}, {"1.3", tls_version::tls_1_3}}};

constexpr std::array<std::pair<std::string_view, load_protocol>, 4> protocol_words{
    {{"http/1.1", load_protocol::http_1_1},
     {"h2", load_protocol::h2},
     {"h2c", load_protocol::h2c},
     {"websocket", load_protocol::websocket}}};

std::uint32_t read_count(object_reader& keys, std::string_view key, std::int64_t min,
                         std::int64_t max, std::uint32_t fallback) {
    return static_cast<std::uint32_t>(keys.integer(key, min, max, fallback));
}

const fault_kind* read_kind(object_reader& keys) {
    const std::string name = keys.text("kind");
    const fault_kind* const kind = find_fault(name);
    if (kind == nullptr && keys.kind_of("kind") == object_reader::value_kind::text) {
        std::vector<std::string> known;
        std::ranges::transform(fault_catalogue(), std::back_inserter(known),
                               [](const fault_kind* each) { return std::string(each->name); });
        check_known(keys, "kind", "fault", name, known);
    }
    return kind;
}

// Names of things of the target that some kinds of faults ask for: no target has others.
void check_names(object_reader& keys, const key_record& asked) {
    for (const std::string_view key : {"route", "first_route", "origin"}) {
        const bool is_text = keys.kind_of(key) == object_reader::value_kind::text;
        if (is_text && asked.find(key) != nullptr) {
            read_name(keys, key);
        }
    }
}

// One, or several that are asked in turn.
void read_routes(object_reader& keys, std::vector<std::string>& routes) {
    if (is_given(keys, "route") && is_given(keys, "routes")) {
        keys.complain("routes", "expected either \"route\" or \"routes\", got both");
    }
    if (is_given(keys, "route")) {
        routes = {read_name(keys, "route")};
    } else if (is_given(keys, "routes")) {
        routes = keys.texts("routes", std::vector<std::string>{});
        if (routes.empty()) {
            keys.complain("routes", "expected at least one route, got an empty list");
            routes = load_profile().routes;
        }
        for (const std::string& route : routes) {
            if (!is_name(route)) {
                keys.complain("routes", "expected names of routes, got " + in_quotes(route));
            }
        }
    }
}

void read_protocol(object_reader& keys, load_profile& load) {
    load.protocol = keys.choice<load_protocol>("protocol", protocol_words, load.protocol);
    load.streams_per_connection =
        read_count(keys, "streams_per_connection", 1, streams_max, load.streams_per_connection);
    if (is_given(keys, "streams_per_connection") && !is_http2(load.protocol)) {
        keys.complain(
            "streams_per_connection",
            "expected it beside \"protocol\": \"h2\" or \"h2c\", " +
                std::string(load.protocol == load_protocol::websocket ? "a WebSocket has no streams"
                                                                      : "HTTP/1.1 has no streams"));
    }
    if (load.protocol == load_protocol::websocket && load.routes.size() > 1) {
        keys.complain("routes", "expected one route, which a WebSocket is asked of");
    }
    if (load.protocol == load_protocol::websocket && load.requests_per_connection > 0) {
        keys.complain("requests_per_connection",
                      "expected none: a WebSocket carries every message of its client");
    }
}

}  // namespace

std::span<const std::pair<std::string_view, tls_version>> tls_version_words() {
    return version_words;
}

std::span<const std::pair<std::string_view, load_protocol>> load_protocol_words() {
    return protocol_words;
}

std::span<const std::pair<std::string_view, after_stop>> after_stop_words() {
    return after_words;
}

load_profile read_load(object_reader& keys) {
    load_profile load;
    load.port = read_name(keys, "port", load.port);
    read_routes(keys, load.routes);
    load.clients_count = read_count(keys, "clients", 1, connections_max, load.clients_count);
    load.requests_per_client =
        read_count(keys, "requests", 1, requests_max, load.requests_per_client);
    load.requests_per_connection =
        read_count(keys, "requests_per_connection", 0, requests_max, load.requests_per_connection);
    load.think_time =
        keys.length_of_time("think_time", duration{}, std::chrono::hours(1), load.think_time);
    load.request_timeout = keys.length_of_time("timeout", std::chrono::milliseconds(1),
                                               std::chrono::hours(1), load.request_timeout);
    load.sources_count = read_count(keys, "sources", 1, sources_max, load.sources_count);
    if (std::optional<object_reader> tls = keys.object("tls")) {
        load.tls.version = tls->choice<tls_version>("version", version_words, load.tls.version);
        load.tls.resumes = tls->flag("resume", load.tls.resumes);
        tls->finish();
    }
    read_protocol(keys, load);
    load.after = keys.choice<after_stop>("after_stop", after_words, load.after);
    keys.finish();
    return load;
}

fault_use read_fault(object_reader& keys, const std::string& name) {
    fault_use use;
    const fault_kind* const kind = read_kind(keys);
    use.kind = keys.text("kind", "");
    use.name = name.empty() && keys.has("name") ? read_name(keys, "name") : name;
    use.name = use.name.empty() ? use.kind : use.name;
    use.port = read_name(keys, "port", "");
    use.times = read_count(keys, "times", 1, times_max, use.times);
    if (is_given(keys, "share")) {
        use.share = keys.number("share", share_min, 1.0);
        if (keys.has("connections")) {
            keys.complain("connections", "expected either \"connections\" or \"share\", got both");
        }
    }
    const std::uint32_t connections_preset = keys.has("share") ? 0 : 1;
    use.connections_count = read_count(keys, "connections", 1, connections_max, connections_preset);
    if (kind != nullptr) {
        key_record settings;
        use.what = read_recorded(*kind, keys, settings);
        check_names(keys, settings);
        use.settings = to_json(settings);
        keys.finish();  // without a kind, its own keys would all be unknown
    }
    return use;
}

}  // namespace stormdrain
