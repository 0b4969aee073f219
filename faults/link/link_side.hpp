#pragma once
// One of the two sockets of a proxied connection, and what is known of it: it is watched
// edge-triggered, so what was said once has to be remembered.

#include "harness/process/owned_descriptor.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cstdint>

namespace stormdrain {

inline constexpr std::uint32_t side_events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

struct link_side {
    owned_descriptor socket = {};
    bool readable = false;
    bool writable = false;
    bool hung_up = false;  // its FIN is here, perhaps behind bytes: a short read is not the last
    bool ended = false;    // its FIN was read
    bool broken = false;   // it sent RST, or is gone

    void learn(std::uint32_t events) {
        const bool failed = (events & EPOLLERR) != 0;
        const bool closed = failed || (events & (EPOLLHUP | EPOLLRDHUP)) != 0;
        readable = readable || closed || (events & EPOLLIN) != 0;
        writable = writable || failed || (events & (EPOLLHUP | EPOLLOUT)) != 0;
        hung_up = hung_up || closed;
        broken = broken || failed;
    }
    // Closes with RST: SO_LINGER with a time of 0 (socket(7)).
    void reset() {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        // Of a socket that is gone already it fails, and then there is nobody to be told.
        ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        socket.reset();
    }
};

}  // namespace stormdrain
