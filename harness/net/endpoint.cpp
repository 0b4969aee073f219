#include "harness/net/endpoint.hpp"

namespace stormdrain {

std::string to_text(const endpoint& place) {
    const bool is_ipv6 = place.address.find(':') != std::string::npos;
    const std::string host = is_ipv6 ? "[" + place.address + "]" : place.address;
    return host + ":" + std::to_string(place.port);
}

}  // namespace stormdrain
