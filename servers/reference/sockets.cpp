#include "servers/reference/sockets.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <sstream>

namespace reference {

namespace {

bool is_socket(const std::string& path) {
    struct stat found = {};
    return ::lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode);
}

boost::asio::ip::tcp::endpoint tcp_endpoint_of(const stream_endpoint& place) {
    boost::asio::ip::tcp::endpoint of_tcp;
    of_tcp.resize(place.size());
    std::memcpy(of_tcp.data(), place.data(), place.size());
    return of_tcp;
}

}  // namespace

bool is_unix(const stream_endpoint& place) {
    return place.protocol().family() == AF_UNIX;
}

std::string path_of(const stream_endpoint& place) {
    if (!is_unix(place)) {
        return "";
    }
    sockaddr_un address{};
    std::memcpy(&address, place.data(), std::min(place.size(), sizeof(address)));
    return {address.sun_path, ::strnlen(address.sun_path, sizeof(address.sun_path))};
}

std::string text_of(const stream_endpoint& place) {
    if (is_unix(place)) {
        return path_of(place);
    }
    std::ostringstream text;
    text << tcp_endpoint_of(place);
    return text.str();
}

std::string log_fields_of(const stream_endpoint& place) {
    if (is_unix(place)) {
        return "path=" + path_of(place);
    }
    const boost::asio::ip::tcp::endpoint of_tcp = tcp_endpoint_of(place);
    return "address=" + of_tcp.address().to_string() + " port=" + std::to_string(of_tcp.port());
}

bool is_stale_socket(const std::string& path) {
    sockaddr_un address{};
    if (!is_socket(path) || path.size() >= sizeof(address.sun_path)) {
        return false;
    }
    address.sun_family = AF_UNIX;
    std::ranges::copy(path, address.sun_path);
    // A full queue would block otherwise, and is a sign of life.
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const bool is_refused =
        probe >= 0 &&
        ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 &&
        errno == ECONNREFUSED;
    ::close(probe);
    return is_refused;
}

}  // namespace reference
