#include "servers/reference/inherited_sockets.hpp"

#include "servers/reference/options.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

namespace reference {
namespace {

constexpr int first_descriptor = 3;  // SD_LISTEN_FDS_START
constexpr int protocols = 2;

// The variable's value; it is gone afterwards, so that no child takes it for its own.
std::string take_variable(const char* name) {
    const char* value = std::getenv(name);
    std::string taken = value == nullptr ? "" : value;
    ::unsetenv(name);
    return taken;
}

int to_number(std::string_view text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

protocol protocol_named(std::string_view name, int index) {
    if (name == "http" || (name.empty() && index == 0)) {
        return protocol::http;
    }
    if (name == "https" || (name.empty() && index == 1)) {
        return protocol::https;
    }
    throw usage_error("LISTEN_FDNAMES: expected http or https, got \"" + std::string(name) + '"');
}

}  // namespace

std::vector<inherited_socket> take_inherited_sockets() {
    const std::string process = take_variable("LISTEN_PID");
    const std::string sockets = take_variable("LISTEN_FDS");
    const std::string all_names = take_variable("LISTEN_FDNAMES");
    if (sockets.empty() || to_number(process) != ::getpid()) {
        return {};
    }
    const int count = to_number(sockets);
    if (count < 1 || (all_names.empty() && count > protocols)) {
        throw usage_error("LISTEN_FDS: expected 1 or 2, or names in LISTEN_FDNAMES, got \"" +
                          sockets + '"');
    }
    std::vector<inherited_socket> taken;
    std::string_view names = all_names;
    for (int i = 0; i < count; ++i) {
        const auto colon = names.find(':');
        const protocol speaks = protocol_named(names.substr(0, colon), i);
        names = colon == std::string_view::npos ? std::string_view{} : names.substr(colon + 1);
        taken.push_back({.descriptor = first_descriptor + i, .speaks = speaks});
    }
    return taken;
}

}  // namespace reference
