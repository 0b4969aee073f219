#include "harness/load/engine/socket_loop.hpp"

#include "harness/base/environment_error.hpp"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace stormdrain {
namespace {

epoll_event event_of(socket_loop::interest wanted, socket_watcher& watcher) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
    event.events |= wanted == socket_loop::interest::reading_and_writing ? EPOLLOUT : 0U;
    event.data.ptr = &watcher;
    return event;
}

// epoll_wait(2) counts in milliseconds: too long by one at most.
int milliseconds_of(duration at_most) {
    constexpr std::chrono::milliseconds longest = std::chrono::minutes(1);
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(at_most);
    return static_cast<int>(std::clamp(whole, std::chrono::milliseconds(0), longest).count());
}

}  // namespace

socket_loop::socket_loop() : descriptor_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (descriptor_ < 0) {
        throw environment_error("epoll_create1: " + std::string(std::strerror(errno)));
    }
}

socket_loop::~socket_loop() {
    ::close(descriptor_);  // nothing is lost with an epoll descriptor
}

bool socket_loop::watch(int descriptor, interest wanted, socket_watcher& watcher) {
    epoll_event event = event_of(wanted, watcher);
    return ::epoll_ctl(descriptor_, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

bool socket_loop::watch_again(int descriptor, interest wanted, socket_watcher& watcher) {
    epoll_event event = event_of(wanted, watcher);
    return ::epoll_ctl(descriptor_, EPOLL_CTL_MOD, descriptor, &event) == 0;
}

// Less than a millisecond is what epoll_pwait2(2) is for (Linux 5.11); a kernel or a container
// without it waits for a whole one.
int socket_loop::wait_for_events(duration at_most) {
    constexpr duration shortest = std::chrono::milliseconds(1);
    if (at_most > duration::zero() && at_most < shortest) {
        const timespec limit{0, at_most.count()};
        const int count = ::epoll_pwait2(descriptor_, events_.data(), static_cast<int>(events_max),
                                         &limit, nullptr);
        if (count >= 0 || (errno != ENOSYS && errno != EPERM)) {
            return count;
        }
    }
    return ::epoll_wait(descriptor_, events_.data(), static_cast<int>(events_max),
                        milliseconds_of(at_most));
}

void socket_loop::let_gather(duration length) {
    const timespec wanted{0, std::max(length, duration::zero()).count()};  // far below a second
    ::clock_nanosleep(CLOCK_MONOTONIC, 0, &wanted, nullptr);  // a signal may end it: all the better
}

void socket_loop::wait(duration at_most, duration telling_max) {
    if (!holds_back()) {
        // Negative when a signal came (epoll_wait(2), EINTR): then nothing was ready.
        count_ = static_cast<std::size_t>(std::max(wait_for_events(at_most), 0));
        next_ = 0;
    }
    const bool is_bounded = telling_max != duration::max();
    const time_point until = is_bounded ? clock::now() + telling_max : time_point::max();
    is_interrupted_ = false;
    while (holds_back() && !is_interrupted_) {
        const epoll_event& event = events_[next_++];
        socket_readiness seen;
        seen.can_read = (event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
        seen.can_write = (event.events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
        seen.has_ended = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
        static_cast<socket_watcher*>(event.data.ptr)->ready(seen);
        if (is_bounded && clock::now() >= until) {
            return;
        }
    }
}

}  // namespace stormdrain
