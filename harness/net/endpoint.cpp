#include "harness/net/endpoint.hpp"

#include "harness/net/unix_endpoint.hpp"

namespace stormdrain {

std::string to_text(const endpoint& place) {
    if (is_unix(place)) {
        return place.address;
    }
    const bool is_ipv6 = place.address.find(':') != std::string::npos;
    const std::string host = is_ipv6 ? "[" + place.address + "]" : place.address;
    return host + ":" + std::to_string(place.port);
}

}  // namespace stormdrain
