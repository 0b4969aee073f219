#include "harness/plan/readers/load_reader.hpp"

#include "faults/fault_settings.hpp"
#include "harness/plan/readers/names.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

namespace stormdrain {
namespace {

constexpr std::int64_t connections_max = 100'000;
constexpr std::int64_t requests_max = 1'000'000'000;
constexpr std::int64_t times_max = 10'000;
constexpr std::int64_t streams_max = 1000;  // far more than servers allow
constexpr std::int64_t sources_max = 250;   // 127.0.0.1 to 127.0.0.250
constexpr std::int64_t pipeline_max = 1000;
constexpr std::uint64_t rate_max = 1'000'000;  // a second: more than one thread can send
constexpr duration shape_max = std::chrono::hours(1);
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

// "200/s"; 0: it says nothing.
double read_rate(object_reader& keys) {
    const std::string text = keys.text("rate", "");
    if (keys.kind_of("rate") != object_reader::value_kind::text) {
        return 0;
    }
    std::uint64_t rate = 0;
    const char* const end = text.data() + text.size();
    const auto [behind, error] = std::from_chars(text.data(), end, rate);
    const bool is_rate = error == std::errc() && std::string_view(behind, end) == "/s";
    if (!is_rate || rate == 0 || rate > rate_max) {
        keys.complain("rate", "expected a rate of requests such as \"200/s\" from 1/s to " +
                                  std::to_string(rate_max) + "/s, got " + in_quotes(text));
        return 0;
    }
    return static_cast<double>(rate);
}

void refuse_beside(object_reader& keys, std::string_view key, std::string_view other,
                   const std::string& why) {
    if (is_given(keys, key) && is_given(keys, other)) {
        keys.complain(other, "expected none beside " + in_quotes(key) + ": " + why);
    }
}

void refuse_contradictions(object_reader& keys, const load_profile& load) {
    refuse_beside(keys, "rate", "think_time", "when requests are due is the rate's to say");
    refuse_beside(keys, "rate", "burst", "a burst has its own, of clients and time");
    for (const std::string_view other :
         {"think_time", "ramp", "pipeline", "requests", "requests_per_connection"}) {
        refuse_beside(keys, "burst", other, "each client of a burst connects for one request");
    }
    refuse_beside(keys, "pipeline", "think_time", "a pipeline waits for no answer");
    for (const std::string_view key : {"rate", "burst", "ramp", "pipeline"}) {
        if (is_given(keys, key) && load.protocol != load_protocol::http_1_1) {
            keys.complain(key, "expected it of a load of HTTP/1.1 only");
        }
    }
}

// How the load's requests are spread over time, where not every client asks as soon as it may.
void read_shape(object_reader& keys, load_profile& load) {
    load.pipeline_depth = read_count(keys, "pipeline", 1, pipeline_max, load.pipeline_depth);
    load.open_loop.per_second = read_rate(keys);
    const duration ramp = keys.length_of_time("ramp", duration{}, shape_max, duration{});
    (load.open_loop.per_second > 0 ? load.open_loop.ramp : load.clients_ramp) = ramp;
    load.burst = keys.length_of_time("burst", std::chrono::milliseconds(1), shape_max, load.burst);
    if (load.burst > duration::zero()) {
        load.requests_per_client = load.requests_per_connection = 1;
    }
    refuse_contradictions(keys, load);
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
    read_shape(keys, load);
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
