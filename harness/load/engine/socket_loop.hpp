#pragma once
// Waits for many sockets at once (epoll(7), edge-triggered). Asio's reactor tries each read before
// it waits, without a switch for it, and takes a socket that it did not make itself out of epoll
// before it closes it: three system calls a request where two do, nine a connection instead of
// seven (strace, Boost 1.81).

#include "harness/base/time.hpp"

#include <sys/epoll.h>

#include <array>
#include <cstdint>

namespace stormdrain {

// What may be done with a socket now. It may be about a socket of the same watcher's that is closed
// already: trying finds out.
struct socket_readiness {
    bool can_read = false;
    bool can_write = false;
    bool has_ended = false;  // behind what can be read there is FIN or an error
};

class socket_watcher {
public:
    virtual void ready(socket_readiness now) = 0;

protected:
    ~socket_watcher() = default;
};

class socket_loop {
public:
    enum class interest { reading, reading_and_writing };

    // Throws environment_error when there is no epoll to be had.
    socket_loop();
    socket_loop(const socket_loop&) = delete;
    socket_loop& operator=(const socket_loop&) = delete;
    ~socket_loop();

    // Both tell of what is ready already, too. A closed socket is forgotten by itself; the watcher
    // must outlive the loop. False: the kernel has no room left for another.
    bool watch(int descriptor, interest wanted, socket_watcher& watcher);
    bool watch_again(int descriptor, interest wanted, socket_watcher& watcher);

    // Tells the watchers of what is ready, which is waited for so long at most. Those who are not
    // told within `telling_max` are told by the next call.
    void wait(duration at_most, duration telling_max = duration::max());
    // For a watcher that is being told: nobody else is, before the next call of wait().
    void interrupt() { is_interrupted_ = true; }
    // Whether the next call of wait() has something to tell that this one knew of.
    bool holds_back() const { return next_ < count_; }
    // For another loop to wait for: readable while there is something to tell (epoll(7)).
    int descriptor() const { return descriptor_; }

    // Leaves what comes to pile up for so long, see answer_pace.
    static void let_gather(duration length);

private:
    // As many as are worth one call: those that remain come with the next.
    static constexpr std::size_t events_max = 512;

    int wait_for_events(duration at_most);

    int descriptor_;
    std::array<epoll_event, events_max> events_;
    std::size_t count_ = 0;  // of the events that the kernel told of last
    std::size_t next_ = 0;   // of those: to be told next
    bool is_interrupted_ = false;
};

}  // namespace stormdrain
