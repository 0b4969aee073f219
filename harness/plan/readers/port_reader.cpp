#include "harness/plan/readers/port_reader.hpp"

#include "harness/net/socket_address.hpp"
#include "harness/net/unix_endpoint.hpp"
#include "harness/plan/readers/names.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

constexpr std::array<std::pair<std::string_view, port_protocol>, 4> protocol_words{
    {{"http", port_protocol::http},
     {"https", port_protocol::https},
     {"tcp", port_protocol::tcp},
     {"tls", port_protocol::tls}}};
constexpr std::array<std::pair<std::string_view, port_source>, 2> source_words{
    {{"free", port_source::free}, {"inherit", port_source::inherit}}};

// A literal address that can be dialled.
void read_address(object_reader& keys, target_port& port) {
    port.address = keys.text("address", port.address);
    if (is_unix({port.address, 0}) || !address_of({port.address, 0})) {
        keys.complain("address", "expected an address such as \"127.0.0.1\" or \"::1\"");
    }
}

void read_unix_path(object_reader& keys, target_port& port) {
    if (!keys.has("unix")) {
        return;
    }
    port.unix_path = keys.text("unix", "");
    if (port.unix_path.empty()) {
        keys.complain("unix", "expected a path such as \"server.sock\"");
    }
    for (const char* other : {"source", "number", "address"}) {
        if (keys.has(other)) {
            keys.complain(other, "expected it of TCP ports: \"unix\" is a path");
        }
    }
}

target_port read_port(object_reader& keys) {
    target_port port;
    port.speaks = keys.choice<port_protocol>("speaks", protocol_words);
    port.source = keys.choice<port_source>("source", source_words, port_source::free);
    if (is_given(keys, "number")) {
        constexpr std::int64_t port_number_max = std::numeric_limits<std::uint16_t>::max();
        port.number = static_cast<std::uint16_t>(keys.integer("number", 1, port_number_max));
        if (keys.has("source")) {
            keys.complain("source", "expected no \"source\" beside \"number\"");
        }
        port.source = port_source::fixed;
    }
    read_address(keys, port);
    read_unix_path(keys, port);
    port.http2 = keys.flag("http2", port.http2);
    if (port.http2 && !speaks_http(port.speaks)) {
        keys.complain("http2", "expected it of a port that speaks \"http\" or \"https\"");
    }
    keys.finish();
    return port;
}

bool goes_over_some_port(const route& what, const target& server) {
    return std::ranges::any_of(
        server.ports, [&what](const auto& port) { return goes_over(what, port.second.speaks); });
}

}  // namespace

std::map<std::string, target_port, std::less<>> read_ports(object_reader& root) {
    std::map<std::string, target_port, std::less<>> ports;
    std::optional<object_reader> named = root.object("ports");
    if (!named) {
        if (!root.has("ports")) {
            root.complain("",
                          "required key \"ports\" is missing; expected an object such as "
                          "{\"http\": {\"speaks\": \"http\"}}");
        }
        return ports;
    }
    for (const std::string& name : read_names_of_keys(*named)) {
        if (std::optional<object_reader> keys = named->object(name)) {
            ports[name] = read_port(*keys);
        }
    }
    if (named->keys().empty()) {
        root.complain("ports", "expected at least one port");
    }
    return ports;
}

void fit_routes_to_ports(object_reader& root, target& server) {
    if (server.ports.empty()) {
        return;  // which is a problem of its own
    }
    std::optional<object_reader> named = root.object("routes");
    const bool is_small_given = named && named->has("small");
    if (is_raw(server) && !is_small_given) {
        server.routes.erase("small");
    }
    for (const auto& [name, what] : server.routes) {
        if (named && named->has(name) && !goes_over_some_port(what, server)) {
            named->complain(name, what.talk ? "expected no script: no port of the target speaks "
                                              "\"tcp\" or \"tls\""
                                            : "expected a script: no port of the target speaks "
                                              "\"http\" or \"https\"");
        }
    }
}

}  // namespace stormdrain
