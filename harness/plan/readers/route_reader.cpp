#include "harness/plan/readers/route_reader.hpp"

#include "harness/net/http_syntax.hpp"
#include "harness/plan/readers/names.hpp"
#include "harness/plan/readers/script_reader.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

using value_kind = object_reader::value_kind;

constexpr std::uint64_t body_bytes_max = std::uint64_t{1} << 30;

bool is_visible(char character) {
    return character > ' ' && character < 0x7f;
}

std::string read_path(object_reader& from, std::string_view key, std::string fallback) {
    std::string path = from.text(key, std::move(fallback));
    if (!path.starts_with('/') || !std::ranges::all_of(path, is_visible)) {
        from.complain(key,
                      "expected a path such as \"/status\" without blanks, got " + in_quotes(path));
    }
    return path;
}

// Fields that the harness writes itself, or counts on: a route that had them would say one thing
// of its requests and the ledger another. "Connection: upgrade" asks for another protocol, as a
// route does that answers 101 (RFC 9110 section 7.8).
std::string why_not_field(std::string_view name, std::string_view value) {
    if (equals_ignoring_case(name, "Content-Length") ||
        equals_ignoring_case(name, "Transfer-Encoding")) {
        return "expected no field that frames the body: its length is the route's \"body\"";
    }
    if (equals_ignoring_case(name, "Connection") && !equals_ignoring_case(value, "upgrade")) {
        return "expected no \"Connection\" but \"upgrade\": clients say themselves when they "
               "close";
    }
    return "";
}

std::vector<header_field> read_headers(object_reader& route_keys) {
    std::vector<header_field> fields;
    std::optional<object_reader> keys = route_keys.object("headers");
    if (!keys) {
        return fields;
    }
    for (const std::string& name : keys->keys()) {
        const std::string value = keys->text(name);
        if (!is_token(name)) {
            keys->complain(name, "expected the name of a header field, got " + in_quotes(name));
        } else if (value.find_first_of("\r\n") != std::string::npos) {
            keys->complain(name, "expected a value on one line, got " + in_quotes(value));
        } else if (const std::string why = why_not_field(name, value); !why.empty()) {
            keys->complain(name, why);
        }
        fields.push_back({name, value});
    }
    return fields;
}

}  // namespace

route read_route(object_reader& keys) {
    constexpr int switching_protocols = 101;  // the only final status below 200
    constexpr std::int64_t status_min = switching_protocols;
    constexpr std::int64_t status_max = 599;
    route result;
    result.method = keys.text("method", result.method);
    if (!is_token(result.method)) {
        keys.complain("method",
                      "expected a method such as \"GET\", got " + in_quotes(result.method));
    }
    result.path = read_path(keys, "path", result.path);
    result.body_bytes = keys.size_bytes("body", 0, body_bytes_max, result.body_bytes);
    result.headers = read_headers(keys);
    result.expected_status =
        static_cast<int>(keys.integer("status", status_min, status_max, result.expected_status));
    if (result.expected_status > switching_protocols && result.expected_status < 200) {
        keys.complain("status", "expected a final status: 101, or one from 200 to 599");
    }
    return result;
}

route_table read_routes(object_reader& root) {
    route_table routes;
    if (std::optional<object_reader> keys = root.object("routes")) {
        for (const std::string& name : read_names_of_keys(*keys)) {
            if (keys->kind_of(name) == value_kind::object) {
                object_reader route_keys = *keys->object(name);
                if (is_given(route_keys, "script")) {
                    route& raw = routes[name];
                    raw.talk = read_script(route_keys);
                    raw.expected_status = 0;  // its answer has none
                } else {
                    routes[name] = read_route(route_keys);
                }
                route_keys.finish();
            } else if (keys->kind_of(name) == value_kind::text) {
                routes[name].path = read_path(*keys, name, "");
            } else {
                keys->complain(name, "expected a path such as \"/status\" or an object");
                routes.try_emplace(name);  // what refers to it shall not complain again
            }
        }
    }
    routes.try_emplace("small");
    return routes;
}

}  // namespace stormdrain
