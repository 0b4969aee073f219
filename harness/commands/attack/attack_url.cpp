#include "harness/commands/attack/attack_url.hpp"

#include "harness/config/invocation.hpp"

#include <algorithm>
#include <charconv>

namespace stormdrain {
namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw usage_error("'" + std::string(text) + "': " + why);
}

std::uint16_t read_port(std::string_view text, std::string_view port) {
    std::uint16_t value = 0;
    const char* const end = port.data() + port.size();
    const auto [stop, error] = std::from_chars(port.data(), end, value);
    if (error != std::errc{} || stop != end || value == 0) {
        refuse(text, "expected a port from 1 to 65535 behind the ':'");
    }
    return value;
}

// "/run/app.sock", "/run/app.sock:/path?query": what stands behind "unix:".
attack_url read_unix_url(std::string_view text, std::string_view rest, url_scheme scheme) {
    attack_url url;
    url.scheme = scheme;
    url.unix_path = rest.substr(0, rest.find(':'));
    if (!url.unix_path.starts_with('/')) {
        refuse(text, "expected the absolute path of a socket behind unix:");
    }
    url.authority = url.host = "localhost";
    if (const std::size_t colon = rest.find(':'); colon != std::string_view::npos) {
        url.path = rest.substr(colon + 1);
        if (!url.path.starts_with('/')) {
            refuse(text, "expected '/' and a path behind the socket's ':'");
        }
    }
    return url;
}

}  // namespace

attack_url read_attack_url(std::string_view text) {
    constexpr std::string_view plain = "http://";
    constexpr std::string_view secure = "https://";
    constexpr std::string_view unix_scheme = "unix:";
    constexpr std::uint16_t secure_port = 443;
    const bool is_secure = text.starts_with(secure);
    const bool is_plain = text.starts_with(plain);
    if (!is_plain && !is_secure && !text.starts_with(unix_scheme)) {
        refuse(text, "expected a URL such as http://127.0.0.1:8080/ or unix:/run/app.sock");
    }
    // A request line and a Host field are made of it: nothing may end either of them.
    if (std::ranges::any_of(text, [](char one) { return one <= ' ' || one == '\x7f'; })) {
        refuse(text, "a URL has no blanks or control characters");
    }
    const url_scheme scheme = is_secure ? url_scheme::https : url_scheme::http;
    std::string_view rest = text;
    rest.remove_prefix(is_secure ? secure.size() : is_plain ? plain.size() : 0);
    if (rest.starts_with(unix_scheme)) {
        return read_unix_url(text, rest.substr(unix_scheme.size()), scheme);
    }
    const std::size_t authority_end = std::min(rest.find_first_of("/?#"), rest.size());
    const std::string_view authority = rest.substr(0, authority_end);
    attack_url url;
    url.scheme = scheme;
    url.port = is_secure ? secure_port : url.port;
    url.authority = authority;
    const bool is_bracketed = authority.starts_with('[');
    const std::size_t host_end =
        is_bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
    if (host_end == std::string_view::npos || authority.find('@') != std::string_view::npos) {
        refuse(text, "expected a host, and perhaps a port, behind the ://");
    }
    url.host = is_bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
    if (url.host.empty()) {
        refuse(text, "expected a host behind the ://");
    }
    const std::string_view behind_host = authority.substr(is_bracketed ? host_end + 1 : host_end);
    if (!behind_host.empty() && behind_host.front() != ':') {
        refuse(text, "expected ':' and a port behind the host");
    }
    if (!behind_host.empty()) {
        url.port = read_port(text, behind_host.substr(1));
    }
    const std::string_view path = rest.substr(authority_end, rest.find('#') - authority_end);
    url.path = path.starts_with('/') ? "" : "/";
    url.path += path;
    return url;
}

}  // namespace stormdrain
