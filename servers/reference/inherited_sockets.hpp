#pragma once
// Listening sockets that the parent passed to us: sd_listen_fds(3).

#include "servers/reference/listener.hpp"

#include <vector>

namespace reference {

struct inherited_socket {
    int descriptor = -1;
    protocol speaks = protocol::http;
};

// Reads LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES and unsets them. Throws usage_error.
std::vector<inherited_socket> take_inherited_sockets();

}  // namespace reference
