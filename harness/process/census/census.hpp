#pragma once
// What a process tree holds at one instant: a typed list, not a count. Plain values.

#include "harness/base/time.hpp"
#include "harness/net/endpoint.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

enum class descriptor_kind {
    file,
    deleted_file,
    directory,
    device,
    pipe,
    tcp_socket,
    tcp_listener,
    udp_socket,
    unix_socket,
    other_socket,
    epoll,
    eventfd,
    timerfd,
    signalfd,
    inotify,
    pidfd,
    io_uring,
    other,
};

std::string_view to_text(descriptor_kind kind);

// The kernel's numbers (include/net/tcp_states.h).
enum class tcp_state {
    established = 1,
    syn_sent = 2,
    syn_received = 3,
    fin_wait_1 = 4,
    fin_wait_2 = 5,
    time_wait = 6,
    close = 7,
    close_wait = 8,
    last_ack = 9,
    listen = 10,
    closing = 11,
};

// "CLOSE_WAIT", as ss(8) and netstat(8) spell it with an underscore.
std::string_view to_text(tcp_state state);

// What the kernel waits for on behalf of a socket: the numbers of idiag_timer (sock_diag(7)).
enum class tcp_timer : std::uint8_t {
    none = 0,
    retransmit = 1,  // the peer has not acknowledged something
    keepalive = 2,
    time_wait = 3,
    zero_window_probe = 4,  // the peer takes nothing more
};

// "zero window probe"
std::string_view to_text(tcp_timer timer);

struct tcp_socket_facts {
    endpoint local;
    endpoint remote;
    tcp_state state = tcp_state::close;
    std::uint32_t receive_queue_bytes = 0;  // of a listener: connections waiting to be accepted
    std::uint32_t send_queue_bytes = 0;     // of a listener: its backlog
    std::uint64_t inode = 0;                // 0: no descriptor owns it
    tcp_timer timer = tcp_timer::none;
    std::uint32_t retransmits_count = 0;   // of what the timer waits for; of probes, too
    std::uint64_t received_bytes = 0;      // ever, in order (tcp_info, RFC 4898)
    std::uint64_t acknowledged_bytes = 0;  // of what it sent
    duration since_received{};             // since the last data came
    bool operator==(const tcp_socket_facts&) const = default;
};

struct descriptor {
    int number = -1;
    descriptor_kind kind = descriptor_kind::other;
    std::uint64_t inode = 0;  // of sockets and pipes
    std::string target;       // what readlink(2) says: "socket:[1234]", "/var/log/x"
    // Of a TCP socket that has a connection or listens; empty once the connection is gone (reset)
    // and as long as there is none.
    std::optional<tcp_socket_facts> tcp;
    bool operator==(const descriptor&) const = default;
};

struct process_facts {
    pid_t pid = 0;
    pid_t parent = 0;
    std::string command;  // /proc/PID/comm
    std::string program;  // what /proc/PID/exe names; empty: not asked for, or hidden
    char state = '?';     // R, S, D, Z, T as in proc(5)
    std::uint32_t threads_count = 0;
    std::uint64_t resident_bytes = 0;
    duration cpu_time{};  // user + system
    std::vector<descriptor> descriptors;
    // False where the kernel hides them (a process that changed its user, ptrace(2)): then no
    // descriptor is known, which is not the same as none being open.
    bool descriptors_readable = true;
    bool operator==(const process_facts&) const = default;
};

struct census {
    since_start taken_at{};
    std::vector<process_facts> processes;
    bool operator==(const census&) const = default;
};

// The inodes of all descriptors, to tell what a later census has that this one had not.
std::set<std::uint64_t> inodes_of(const census& taken);

// "fd 17 TCP CLOSE_WAIT 127.0.0.1:8080 <- 127.0.0.1:40112"
std::string to_text(const descriptor& held);

}  // namespace stormdrain
