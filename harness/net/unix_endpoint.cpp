#include "harness/net/unix_endpoint.hpp"

namespace stormdrain {

bool is_unix(const endpoint& place) {
    return place.address.starts_with('/') || place.address.starts_with("socket:");
}

endpoint nameless_unix_end(std::uint64_t inode) {
    return {"socket:[" + std::to_string(inode) + "]", 0};
}

std::string port_or_path(const endpoint& place) {
    return is_unix(place) ? place.address : std::to_string(place.port);
}

}  // namespace stormdrain
