#pragma once
// Where `stormdrain attack` goes.

#include <cstdint>
#include <string>
#include <string_view>

namespace stormdrain {

struct attack_url {
    std::string host;  // a name or a literal address, without brackets
    std::uint16_t port = 80;
    std::string authority;   // as written: the Host field
    std::string path = "/";  // and query
};

// Of http:// alone; throws usage_error for anything else.
attack_url read_attack_url(std::string_view text);

}  // namespace stormdrain
