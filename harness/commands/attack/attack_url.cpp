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

// "unix:/run/app.sock", "unix:/run/app.sock:/path?query"
attack_url read_unix_url(std::string_view text, std::string_view rest) {
    attack_url url;
    url.unix_path = rest.substr(0, rest.find(':'));
    if (!url.unix_path.starts_with('/')) {
        refuse(text, "expected the absolute path of a socket behind unix:");
    }
    url.authority = "localhost";
    if (const std::size_t colon = rest.find(':'); colon != std::string_view::npos) {
        url.path = rest.substr(colon + 1);
        if (!url.path.starts_with('/')) {
            refuse(text, "expected '/' and a path behind the second ':'");
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
    const bool is_unix = text.starts_with(unix_scheme);
    if (!is_unix && !is_secure && !text.starts_with(plain)) {
        refuse(text, "expected a URL such as http://127.0.0.1:8080/ or unix:/run/app.sock");
    }
    // A request line and a Host field are made of it: nothing may end either of them.
    if (std::ranges::any_of(text, [](char one) { return one <= ' ' || one == '\x7f'; })) {
        refuse(text, "a URL has no blanks or control characters");
    }
    if (is_unix) {
        return read_unix_url(text, text.substr(unix_scheme.size()));
    }
    const std::string_view rest = text.substr(is_secure ? secure.size() : plain.size());
    const std::size_t authority_end = std::min(rest.find_first_of("/?#"), rest.size());
    const std::string_view authority = rest.substr(0, authority_end);
    attack_url url;
    if (is_secure) {
        url.scheme = url_scheme::https;
        url.port = secure_port;
    }
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
