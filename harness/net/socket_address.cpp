#include "harness/net/socket_address.hpp"

#include "harness/net/unix_endpoint.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

namespace stormdrain {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);

// Said in full: an address of Asio's can be made of anything, so it seems, of an error as well.
boost::system::result<socket_address> no_address(const boost::system::error_code& why) {
    return boost::system::result<socket_address>(boost::system::in_place_error, why);
}

boost::system::result<socket_address> unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        return no_address(make_error_code(boost::system::errc::filename_too_long));
    }
    std::ranges::copy(path, address.sun_path);
    return socket_address(&address, path_offset + path.size() + 1);
}

std::string path_in(const socket_address& address) {
    sockaddr_un whole{};
    std::memcpy(&whole, address.data(), std::min(address.size(), sizeof(whole)));
    const std::size_t room = address.size() > path_offset ? address.size() - path_offset : 0;
    return {whole.sun_path, ::strnlen(whole.sun_path, room)};
}

}  // namespace

boost::system::result<socket_address> address_of(const endpoint& place) {
    if (place.address.starts_with('/')) {
        return unix_address(place.address);
    }
    boost::system::error_code error;
    const asio::ip::address address = asio::ip::make_address(place.address, error);
    if (error) {
        return no_address(error);
    }
    return socket_address(tcp::endpoint(address, place.port));
}

endpoint place_of(const socket_address& address) {
    if (is_unix(address)) {
        return {path_in(address), 0};
    }
    tcp::endpoint of_tcp;
    of_tcp.resize(address.size());
    std::memcpy(of_tcp.data(), address.data(), address.size());
    return {of_tcp.address().to_string(), of_tcp.port()};
}

bool is_unix(const socket_address& address) {
    return address.protocol().family() == AF_UNIX;
}

bool is_ipv6(const socket_address& address) {
    return address.protocol().family() == AF_INET6;
}

}  // namespace stormdrain
