#pragma once
// Moves bytes from socket to socket inside the kernel (splice(2)). Worth it for bulk alone: a small
// message costs two calls here and two there, and the pipe two descriptors.

#include "harness/process/owned_descriptor.hpp"

#include <sys/types.h>

#include <cstddef>

namespace stormdrain {

class splice_pipe {
public:
    // False: the machine has no descriptors, or no pipe memory, for it.
    bool open();
    void close();
    bool is_open() const { return read_end_.is_open(); }
    std::size_t held_bytes() const { return held_bytes_; }

    // As read(2): bytes, 0 at the end, -1 with errno. Only when nothing is held, so that EAGAIN
    // means the socket.
    ssize_t fill_from(int socket);
    // As write(2). The process ignores SIGPIPE: splice(2) has no MSG_NOSIGNAL.
    ssize_t drain_to(int socket);

private:
    owned_descriptor read_end_;
    owned_descriptor write_end_;
    std::size_t held_bytes_ = 0;
};

}  // namespace stormdrain
