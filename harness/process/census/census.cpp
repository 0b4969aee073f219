#include "harness/process/census/census.hpp"

#include "harness/net/unix_endpoint.hpp"

#include <string>

namespace stormdrain {

std::string_view to_text(descriptor_kind kind) {
    switch (kind) {
        case descriptor_kind::file:
            return "file";
        case descriptor_kind::deleted_file:
            return "deleted_file";
        case descriptor_kind::directory:
            return "directory";
        case descriptor_kind::device:
            return "device";
        case descriptor_kind::pipe:
            return "pipe";
        case descriptor_kind::tcp_socket:
            return "tcp_socket";
        case descriptor_kind::tcp_listener:
            return "tcp_listener";
        case descriptor_kind::udp_socket:
            return "udp_socket";
        case descriptor_kind::unix_socket:
            return "unix_socket";
        case descriptor_kind::other_socket:
            return "other_socket";
        case descriptor_kind::epoll:
            return "epoll";
        case descriptor_kind::eventfd:
            return "eventfd";
        case descriptor_kind::timerfd:
            return "timerfd";
        case descriptor_kind::signalfd:
            return "signalfd";
        case descriptor_kind::inotify:
            return "inotify";
        case descriptor_kind::pidfd:
            return "pidfd";
        case descriptor_kind::io_uring:
            return "io_uring";
        case descriptor_kind::other:
            return "other";
    }
    return "other";
}

std::string_view to_text(tcp_state state) {
    switch (state) {
        case tcp_state::established:
            return "ESTABLISHED";
        case tcp_state::syn_sent:
            return "SYN_SENT";
        case tcp_state::syn_received:
            return "SYN_RECV";
        case tcp_state::fin_wait_1:
            return "FIN_WAIT_1";
        case tcp_state::fin_wait_2:
            return "FIN_WAIT_2";
        case tcp_state::time_wait:
            return "TIME_WAIT";
        case tcp_state::close:
            return "CLOSE";
        case tcp_state::close_wait:
            return "CLOSE_WAIT";
        case tcp_state::last_ack:
            return "LAST_ACK";
        case tcp_state::listen:
            return "LISTEN";
        case tcp_state::closing:
            return "CLOSING";
    }
    return "UNKNOWN";
}

std::string to_text(const descriptor& held) {
    const std::string number = "fd " + std::to_string(held.number) + " ";
    if (held.kind == descriptor_kind::tcp_listener && held.tcp) {
        return number + "TCP LISTEN " + to_text(held.tcp->local);
    }
    if (held.tcp) {
        return number + (is_unix(held.tcp->local) ? "UNIX " : "TCP ") +
               std::string(to_text(held.tcp->state)) + " " + to_text(held.tcp->local) + " <- " +
               to_text(held.tcp->remote);
    }
    if (held.kind == descriptor_kind::tcp_socket) {
        return number + "TCP without a connection";
    }
    return number + std::string(to_text(held.kind)) + " " + held.target;
}

std::string_view to_text(tcp_timer timer) {
    switch (timer) {
        case tcp_timer::none:
            return "none";
        case tcp_timer::retransmit:
            return "retransmit";
        case tcp_timer::keepalive:
            return "keepalive";
        case tcp_timer::time_wait:
            return "time wait";
        case tcp_timer::zero_window_probe:
            return "zero window probe";
    }
    return "unknown";
}

std::set<std::uint64_t> inodes_of(const census& taken) {
    std::set<std::uint64_t> inodes;
    for (const process_facts& process : taken.processes) {
        for (const descriptor& held : process.descriptors) {
            inodes.insert(held.inode);
        }
    }
    return inodes;
}

}  // namespace stormdrain
