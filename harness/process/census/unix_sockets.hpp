#pragma once
// The kernel's UNIX stream sockets by NETLINK_SOCK_DIAG (sock_diag(7)), told as TCP sockets are so
// that proofs and censuses need not tell them apart: a path is the server's end, the client's has
// no name but its inode (nameless_unix_end()). Unprivileged; where the kernel cannot say, throws
// environment_error.

#include "harness/process/census/census.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

class unix_sockets {
public:
    unix_sockets();

    // The socket at the `local` end of the connection with `remote`. What a client has sent lies in
    // the server's socket at once: nothing is ever on its way. After the client's FIN
    // (shutdown(2)) the server's socket is told as CLOSE_WAIT.
    std::optional<tcp_socket_facts> find(const endpoint& local, const endpoint& remote);
    // Sockets that listen at the path, bound by this name or another one of the same file.
    std::vector<tcp_socket_facts> listeners(const std::string& path);
    // All of the server's there: those that listen and those that it has accepted.
    std::vector<tcp_socket_facts> at(const std::string& path);

private:
    owned_descriptor socket_;
    std::uint32_t sequence_ = 0;
};

}  // namespace stormdrain
