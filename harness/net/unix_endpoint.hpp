#pragma once
// UNIX sockets (unix(7)) as endpoints: the server's end is its absolute path, the client's, which
// has no name, "socket:[" and its inode, as /proc shows it. Neither has a port.

#include "harness/net/endpoint.hpp"

#include <cstdint>
#include <string>

namespace stormdrain {

// Whether it is an end of a UNIX socket.
bool is_unix(const endpoint& place);
// The end that has no name.
endpoint nameless_unix_end(std::uint64_t inode);
// "80", "/run/app.sock"
std::string port_or_path(const endpoint& place);

}  // namespace stormdrain
