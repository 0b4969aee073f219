#pragma once
// An address and a port as plain values, for records and evidence.

#include <compare>
#include <cstdint>
#include <string>

namespace stormdrain {

struct endpoint {
    std::string address;  // literal, never a name
    std::uint16_t port = 0;
    auto operator<=>(const endpoint&) const = default;
};

// "127.0.0.1:80", "[::1]:80"
std::string to_text(const endpoint& place);

}  // namespace stormdrain
