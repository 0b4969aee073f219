#include "harness/process/port_reserver.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/base/seed.hpp"
#include "harness/net/unix_endpoint.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <numeric>
#include <optional>

namespace stormdrain {
namespace {

constexpr std::uint16_t lowest_server_port = 10'000;  // below are the ports of known services
constexpr std::uint16_t highest_port = 65'535;
// Fewer would come round too soon: a closed server's connections stay in TIME_WAIT for a minute.
constexpr int ports_min = 4'000;

// Far from 1, so that two harnesses that begin close to each other part at once.
constexpr std::uint64_t stride_wanted = 7'919;

enum class address_reuse { no, yes };

struct socket_address {
    sockaddr_storage storage{};
    socklen_t bytes_count = 0;
};

std::optional<socket_address> to_socket_address(const endpoint& place) {
    socket_address result;
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (::inet_pton(AF_INET, place.address.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(place.port);
        std::memcpy(&result.storage, &v4, sizeof(v4));
        result.bytes_count = sizeof(v4);
        return result;
    }
    if (::inet_pton(AF_INET6, place.address.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(place.port);
        std::memcpy(&result.storage, &v6, sizeof(v6));
        result.bytes_count = sizeof(v6);
        return result;
    }
    return std::nullopt;
}

// Closed when it cannot be bound; errno says why.
owned_descriptor bind_socket(const endpoint& place, address_reuse reuse) {
    const auto address = to_socket_address(place);
    if (!address) {
        errno = EINVAL;
        return owned_descriptor();
    }
    owned_descriptor opened(::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int reuse_address = reuse == address_reuse::yes ? 1 : 0;
    if (!opened.is_open() ||
        ::setsockopt(opened.get(), SOL_SOCKET, SO_REUSEADDR, &reuse_address,
                     sizeof(reuse_address)) != 0 ||
        ::bind(opened.get(), reinterpret_cast<const sockaddr*>(&address->storage),
               address->bytes_count) != 0) {
        return owned_descriptor();
    }
    return opened;
}

// A listener on any local address is in the way of the wildcard's; errno says why it is not free.
bool is_free_everywhere(std::uint16_t port) {
    if (!bind_socket({"0.0.0.0", port}, address_reuse::no).is_open()) {
        return false;
    }
    return bind_socket({"::", port}, address_reuse::no).is_open() || errno == EAFNOSUPPORT ||
           errno == EADDRNOTAVAIL;  // a machine without IPv6
}

// A claim that other harnesses see: a name among the abstract unix sockets, which are those of the
// network namespace, as ports are, and end with their descriptor (unix(7)). Closed when somebody
// else has it. Where it cannot be asked for, a port goes without.
struct lease {
    owned_descriptor held;
    bool is_others = false;
};

lease lease_of(std::uint16_t port) {
    const std::string name = "stormdrain port " + std::to_string(port);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(name, address.sun_path + 1);  // behind the NUL that makes it abstract
    const auto bytes_count =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    lease taken{owned_descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))};
    if (!taken.held.is_open()) {
        return taken;
    }
    if (::bind(taken.held.get(), reinterpret_cast<const sockaddr*>(&address), bytes_count) != 0) {
        taken.is_others = errno == EADDRINUSE;
        taken.held = owned_descriptor();
    }
    return taken;
}

// A UNIX socket whose file is still there can be bound once that is removed, which is what "reuse"
// is there; one that somebody listens on is in use.
port_state try_unix(const std::string& path, address_reuse reuse) {
    if (reuse == address_reuse::no) {
        return ::access(path.c_str(), F_OK) == 0 ? port_state::in_use : port_state::bindable;
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        return port_state::unknown;
    }
    std::ranges::copy(path, address.sun_path);
    const owned_descriptor asking(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // EAGAIN: its queue is full (connect(2)).
    if (asking.is_open() && (::connect(asking.get(), reinterpret_cast<const sockaddr*>(&address),
                                       sizeof(address)) == 0 ||
                             errno == EAGAIN)) {
        return port_state::in_use;
    }
    const bool nobody_listens = errno == ECONNREFUSED || errno == ENOENT;
    return nobody_listens ? port_state::bindable : port_state::unknown;
}

port_state try_to_listen(const endpoint& place, address_reuse reuse) {
    if (is_unix(place)) {
        return try_unix(place.address, reuse);
    }
    const owned_descriptor bound = bind_socket(place, reuse);
    if (bound.is_open() && ::listen(bound.get(), 1) == 0) {
        return port_state::bindable;
    }
    return errno == EADDRINUSE ? port_state::in_use : port_state::unknown;
}

port_range ephemeral_ports() {
    std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
    port_range ports;
    // The kernel's default, where /proc/sys is not mounted.
    return file >> ports.first >> ports.last ? ports : port_range{32'768, 60'999};
}

std::uint64_t size_of(port_range ports) {
    return static_cast<std::uint64_t>(ports.last - ports.first) + 1;
}

std::uint64_t stride_for(std::uint64_t ports_count) {
    std::uint64_t stride = stride_wanted;
    while (std::gcd(stride, ports_count) != 1) {
        ++stride;  // ends: any prime that does not divide the count will do
    }
    return stride;
}

}  // namespace

port_range server_ports(port_range ephemeral) {
    if (ephemeral.first >= lowest_server_port + ports_min) {
        return {lowest_server_port, static_cast<std::uint16_t>(ephemeral.first - 1)};
    }
    if (ephemeral.last <= highest_port - ports_min) {
        return {static_cast<std::uint16_t>(ephemeral.last + 1), highest_port};
    }
    return ephemeral;  // no room outside: a collision is unlikely, and bind(2) finds it
}

port_reserver::port_reserver()
    : port_reserver(server_ports(ephemeral_ports()),
                    derive(static_cast<std::uint64_t>(::getpid()), "port", 0)) {}

port_reserver::port_reserver(port_range ports, std::uint64_t start)
    : ports_(ports), position_(start % size_of(ports)) {}

std::uint16_t port_reserver::next() {
    const std::uint64_t count = size_of(ports_);
    const std::uint64_t stride = stride_for(count);
    const std::lock_guard lock(mutex_);
    for (std::uint64_t attempt = 0; attempt < count; ++attempt) {
        position_ = (position_ + stride) % count;
        const auto port = static_cast<std::uint16_t>(ports_.first + position_);
        lease taken = lease_of(port);
        if (taken.is_others || !is_free_everywhere(port)) {
            continue;
        }
        leases_.push_back(std::move(taken.held));
        if (leases_.size() > leases_max) {
            leases_.pop_front();
        }
        return port;
    }
    const int last_error = errno;
    throw environment_error("no free port between " + std::to_string(ports_.first) + " and " +
                            std::to_string(ports_.last) + ": " + std::strerror(last_error));
}

port_state state_of_port(const endpoint& place) {
    return try_to_listen(place, address_reuse::yes);
}

port_state state_of_port_without_reuse(const endpoint& place) {
    return try_to_listen(place, address_reuse::no);
}

bool port_is_bindable(const endpoint& place) {
    return state_of_port(place) != port_state::in_use;
}

owned_descriptor make_listener(const endpoint& place) {
    owned_descriptor bound = bind_socket(place, address_reuse::yes);
    if (!bound.is_open() || ::listen(bound.get(), SOMAXCONN) != 0) {
        throw environment_error("cannot listen on " + to_text(place) + ": " + std::strerror(errno));
    }
    return bound;
}

}  // namespace stormdrain
