#pragma once
// Where `stormdrain attack` goes.

#include <cstdint>
#include <string>
#include <string_view>

namespace stormdrain {

enum class url_scheme { http, https };

struct attack_url {
    url_scheme scheme = url_scheme::http;
    std::string unix_path;  // of a UNIX socket: then the host is but a name, and there is no port
    std::string host;       // a name or a literal address, without brackets
    std::uint16_t port = 80;
    std::string authority;   // as written: the Host field
    std::string path = "/";  // and query
};

// Of http://, https:// and of unix:/path/of.sock, http://unix: or https://unix:, with a path behind
// another ':' (as nginx' proxy_pass has it); throws usage_error for anything else.
attack_url read_attack_url(std::string_view text);

}  // namespace stormdrain
