#include "harness/plan/readers/origin_reader.hpp"

#include "harness/plan/readers/names.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace stormdrain {
namespace {

// Each listens for as long as the server lives.
constexpr std::size_t origins_max = 16;
constexpr std::size_t hosts_max = 32;
constexpr std::size_t host_characters_max = 253;  // RFC 1035 section 2.3.4

constexpr std::array<std::pair<std::string_view, origin_protocol>, 2> protocol_words{
    {{"http", origin_protocol::http}, {"https", origin_protocol::https}}};

// Letters, digits, hyphens and dots, as names in certificates and client hellos are written.
bool is_host(std::string_view text) {
    constexpr std::string_view known = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    return !text.empty() && text.size() <= host_characters_max && text.front() != '.' &&
           text.front() != '-' && text.find_first_not_of(known) == std::string_view::npos;
}

std::vector<std::string> read_hosts(object_reader& keys) {
    std::vector<std::string> hosts =
        keys.texts("hosts", std::vector<std::string>{std::string("localhost")});
    if (hosts.empty() || hosts.size() > hosts_max) {
        keys.complain("hosts", "expected 1 to " + std::to_string(hosts_max) + " names, got " +
                                   std::to_string(hosts.size()));
    }
    for (const std::string& host : hosts) {
        if (!is_host(host)) {
            keys.complain("hosts",
                          "expected names of hosts such as \"a.test\", got " + in_quotes(host));
        }
    }
    return hosts;
}

}  // namespace

std::vector<origin_plan> read_origins(object_reader& root) {
    std::vector<origin_plan> origins;
    std::optional<object_reader> named = root.object("origins");
    if (!named) {
        return origins;
    }
    for (const std::string& name : read_names_of_keys(*named)) {
        if (std::optional<object_reader> keys = named->object(name)) {
            origin_plan origin;
            origin.name = name;
            origin.speaks = keys->choice<origin_protocol>("speaks", protocol_words);
            origin.hosts = read_hosts(*keys);
            keys->finish();
            origins.push_back(std::move(origin));
        }
    }
    if (origins.size() > origins_max) {
        root.complain("origins", "expected at most " + std::to_string(origins_max) +
                                     " origins, got " + std::to_string(origins.size()));
    }
    return origins;
}

}  // namespace stormdrain
