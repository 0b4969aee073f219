#pragma once
// The kernel's TCP sockets of this network namespace by NETLINK_SOCK_DIAG (sock_diag(7)): 13-60 us
// a question where /proc/net/tcp takes up to 118 ms. Unprivileged.

#include "harness/process/census/census.hpp"
#include "harness/process/census/diag_message.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace stormdrain {

class socket_table {
public:
    // Throws environment_error where the kernel refuses sock_diag.
    socket_table();
    socket_table(const socket_table&) = delete;
    socket_table& operator=(const socket_table&) = delete;
    ~socket_table();

    // The socket at the `local` end of the connection with `remote`, by both addresses, in a few
    // microseconds however many there are. Empty: it has none, or only a TIME_WAIT.
    // Of UNIX sockets, too, as far as they have the same (unix_sockets.hpp).
    std::optional<tcp_socket_facts> find(const endpoint& local, const endpoint& remote);
    // Listening sockets at the endpoint: of its port, whatever address, or of its path.
    std::vector<tcp_socket_facts> listeners_at(const endpoint& local);
    // Every socket there, TIME_WAIT left out: the server's side.
    std::vector<tcp_socket_facts> sockets_at(const endpoint& local);
    // Listening sockets on the port, IPv4 and IPv6.
    std::vector<tcp_socket_facts> listeners(std::uint16_t port);
    // The same, each with how many connections it dropped because its queue was full.
    std::vector<diag_row> listener_rows(std::uint16_t port);
    // Every socket whose local port is `port`, TIME_WAIT left out: the server's side.
    std::vector<tcp_socket_facts> with_local_port(std::uint16_t port);
    // All TCP sockets but TIME_WAIT, both families: to resolve a process' inodes.
    std::vector<tcp_socket_facts> all();
    // All that those of the port dropped (SK_MEMINFO_DROPS).
    std::uint64_t listener_drops(std::uint16_t port);

private:
    int descriptor_ = -1;
    std::uint32_t sequence_ = 0;
};

}  // namespace stormdrain
