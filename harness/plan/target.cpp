#include "harness/plan/target.hpp"

#include <algorithm>
#include <array>

namespace stormdrain {
namespace {

constexpr std::array<std::pair<std::string_view, target_lifecycle>, 2> lifecycle_words{
    {{"process", target_lifecycle::process}, {"in_process", target_lifecycle::in_process}}};

}  // namespace

std::span<const std::pair<std::string_view, target_lifecycle>> target_lifecycle_words() {
    return lifecycle_words;
}

bool speaks_http(port_protocol protocol) {
    return protocol == port_protocol::http || protocol == port_protocol::https;
}

bool speaks_tls(port_protocol protocol) {
    return protocol == port_protocol::https || protocol == port_protocol::tls;
}

bool goes_over(const route& what, port_protocol protocol) {
    return what.talk.has_value() != speaks_http(protocol);
}

bool is_raw(const target& server) {
    return std::ranges::none_of(server.ports,
                                [](const auto& port) { return speaks_http(port.second.speaks); });
}

std::string port_meant(const target& server, std::string_view name) {
    if (const auto own = server.ports.find(name); own != server.ports.end()) {
        return own->first;
    }
    const bool plain = name == "http";
    if (!is_raw(server) || (!plain && name != "https")) {
        return "";
    }
    const auto wanted = plain ? port_protocol::tcp : port_protocol::tls;
    const auto found = std::ranges::find_if(
        server.ports, [wanted](const auto& port) { return port.second.speaks == wanted; });
    return found == server.ports.end() ? "" : found->first;
}

std::map<std::string, std::string, std::less<>> port_names(const target& server) {
    std::map<std::string, std::string, std::less<>> names;
    for (const auto& [name, port] : server.ports) {
        names.emplace(name, name);
    }
    for (const std::string name : {"http", "https"}) {
        if (std::string meant = port_meant(server, name); !meant.empty()) {
            names.emplace(name, std::move(meant));
        }
    }
    return names;
}

bool stops_by_input(const target& server) {
    return std::ranges::any_of(server.stop, [](const auto& mode) {
        return mode.second.trigger.how == stop_trigger::kind::input;
    });
}

expansion expand(std::string_view text, const variables& values) {
    expansion result;
    while (!text.empty()) {
        const std::size_t begin = text.find("${");
        const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
        if (end == std::string_view::npos) {
            break;
        }
        result.text += text.substr(0, begin);
        const std::string_view name = text.substr(begin + 2, end - begin - 2);
        if (const auto found = values.find(name); found != values.end()) {
            result.text += found->second;
        } else {
            result.text += text.substr(begin, end + 1 - begin);
            result.unknown.emplace_back(name);
        }
        text.remove_prefix(end + 1);
    }
    result.text += text;
    return result;
}

}  // namespace stormdrain
