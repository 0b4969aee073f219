// linux/inet_diag.h and friends clash with the C library's network headers that Asio brings, so
// nothing of Asio may be included here.

#include "harness/process/census/socket_events.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/process/census/diag_message.hpp"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>

namespace stormdrain {
namespace {

// An event is some 600 bytes, and 25,000 a second were measured: this is a second's worth. The
// kernel grants no more than net.core.rmem_max (socket(7)), whatever is asked for.
constexpr int receive_buffer_bytes = 16 * 1024 * 1024;

// Of one call, so that a storm of events cannot hold its caller for ever.
constexpr int events_at_once_max = 100'000;

// A comparison of classic BPF jumps 255 instructions at most (bpf(2)); a target has a few ports.
constexpr std::size_t filtered_ports_max = 250;

[[noreturn]] void throw_environment_error(const char* what) {
    throw environment_error(std::string(what) + ": " + std::strerror(errno));
}

// Bound first: a netlink socket without an address joins its groups and gets nothing.
void subscribe(int descriptor) {
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        throw_environment_error("bind(NETLINK_SOCK_DIAG)");
    }
    for (const int group : {SKNLGRP_INET_TCP_DESTROY, SKNLGRP_INET6_TCP_DESTROY}) {
        if (::setsockopt(descriptor, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) !=
            0) {
            throw_environment_error("setsockopt(NETLINK_ADD_MEMBERSHIP)");
        }
    }
}

sock_filter statement(std::uint16_t code, std::uint32_t value) {
    sock_filter made{};
    made.code = code;
    made.k = value;
    return made;
}

// Lets the kernel drop the events of all other sockets of this network namespace, among them our
// own ends, before they fill the buffer. Without it they are dropped after reading.
void filter_by_port(int descriptor, std::span<const std::uint16_t> ports) {
    constexpr std::uint32_t port_offset =
        NLMSG_HDRLEN + offsetof(inet_diag_msg, id) + offsetof(inet_diag_sockid, idiag_sport);
    constexpr std::uint32_t whole = 0xffffffff;
    if (ports.size() > filtered_ports_max) {
        return;
    }
    std::vector<sock_filter> program{statement(BPF_LD | BPF_H | BPF_ABS, port_offset)};
    for (std::size_t index = 0; index < ports.size(); ++index) {
        sock_filter compare = statement(BPF_JMP | BPF_JEQ | BPF_K, ports[index]);
        compare.jt = static_cast<std::uint8_t>(ports.size() - index);
        program.push_back(compare);
    }
    program.push_back(statement(BPF_RET | BPF_K, 0));
    program.push_back(statement(BPF_RET | BPF_K, whole));
    sock_fprog filter{};
    filter.len = static_cast<unsigned short>(program.size());
    filter.filter = program.data();
    // Refused, it only costs: read_available() looks at the ports, too.
    ::setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter));
}

}  // namespace

socket_events::socket_events(std::span<const std::uint16_t> local_ports)
    : socket_(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG)),
      local_ports_(local_ports.begin(), local_ports.end()) {
    if (!socket_.is_open()) {
        throw_environment_error("socket(NETLINK_SOCK_DIAG)");
    }
    // A smaller buffer loses events earlier, and lost_count() tells.
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof(receive_buffer_bytes));
    filter_by_port(socket_.get(), local_ports);
    subscribe(socket_.get());
}

std::vector<destroyed_socket> socket_events::read_available() {
    std::vector<destroyed_socket> gone;
    std::array<std::byte, 8 * 1024> buffer;  // one event a datagram
    for (int count = 0; count < events_at_once_max; ++count) {
        const ssize_t bytes = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (bytes < 0 && errno == ENOBUFS) {
            ++lost_count_;
            continue;
        }
        if (bytes < 0 && errno == EINTR) {
            continue;
        }
        if (bytes < 0 && errno != EAGAIN) {
            throw_environment_error("sock_diag: recv");
        }
        if (bytes <= 0) {
            break;
        }
        const time_point now = clock::now();
        for (const netlink_message& message :
             messages_of(std::span(buffer).first(static_cast<std::size_t>(bytes)))) {
            const std::optional<diag_row> row = read_diag_row(message.payload);
            if (row &&
                std::ranges::find(local_ports_, row->facts.local.port) != local_ports_.end()) {
                gone.push_back({row->facts.local, row->facts.remote, now});
            }
        }
    }
    return gone;
}

void apply(const destroyed_socket& gone, connection_log& log) {
    log.released({gone.local, gone.remote}, log.clock().at(gone.at));
}

}  // namespace stormdrain
