#include "faults/link/splice_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace stormdrain {
namespace {

// Of /proc/sys/fs/pipe-max-size, 1 MiB by default, a quarter: an ordinary user may have 64 MiB of
// pipes in all (pipe(7)), which are then 256 of them.
constexpr std::size_t pipe_bytes = 256 * 1024;

ssize_t splice_some(int from, int to, std::size_t most) {
    for (;;) {
        const ssize_t count =
            ::splice(from, nullptr, to, nullptr, most, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
        if (count >= 0 || errno != EINTR) {
            return count;
        }
    }
}

}  // namespace

bool splice_pipe::open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0) {
        return false;
    }
    read_end_.reset(ends[0]);
    write_end_.reset(ends[1]);
    // Refused, it has its ordinary 64 KiB.
    ::fcntl(write_end_.get(), F_SETPIPE_SZ, pipe_bytes);
    return true;
}

void splice_pipe::close() {
    read_end_.reset();
    write_end_.reset();
    held_bytes_ = 0;
}

ssize_t splice_pipe::fill_from(int socket) {
    const ssize_t count = splice_some(socket, write_end_.get(), pipe_bytes);
    held_bytes_ += count > 0 ? static_cast<std::size_t>(count) : 0;
    return count;
}

ssize_t splice_pipe::drain_to(int socket) {
    const ssize_t count = splice_some(read_end_.get(), socket, held_bytes_);
    held_bytes_ -= count > 0 ? static_cast<std::size_t>(count) : 0;
    return count;
}

}  // namespace stormdrain
