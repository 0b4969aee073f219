#include "faults/link/readiness.hpp"

#include "harness/base/environment_error.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace stormdrain {
namespace {

// Asio's own batch; what is more comes with the next one.
constexpr int events_max = 128;

int open_epoll() {
    const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
    if (descriptor < 0) {
        throw environment_error(std::string("epoll_create1: ") + std::strerror(errno));
    }
    return descriptor;
}

boost::system::error_code control(int epoll, int operation, int descriptor, std::uint32_t events,
                                  readiness::watcher& who) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &who;
    if (::epoll_ctl(epoll, operation, descriptor, &event) != 0) {
        return {errno, boost::system::system_category()};
    }
    return {};
}

}  // namespace

readiness::readiness(const boost::asio::any_io_executor& executor,
                     std::function<void()> after_batch)
    : epoll_(executor, open_epoll()),
      after_batch_(std::move(after_batch)),
      life_(std::make_shared<life>(life{this})) {
    wait();
}

readiness::~readiness() {
    life_->owner = nullptr;
}

boost::system::error_code readiness::watch(int descriptor, std::uint32_t events, watcher& who) {
    return control(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, events, who);
}

boost::system::error_code readiness::watch_for(int descriptor, std::uint32_t events, watcher& who) {
    return control(epoll_.native_handle(), EPOLL_CTL_MOD, descriptor, events, who);
}

void readiness::wait() {
    epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [held = life_](boost::system::error_code error) {
                          if (held->owner != nullptr && !error) {
                              held->owner->tell();
                          }
                      });
}

void readiness::tell() {
    std::array<epoll_event, events_max> events;
    const int count = ::epoll_wait(epoll_.native_handle(), events.data(), events_max, 0);
    for (int index = 0; index < count; ++index) {
        const epoll_event& one = events[static_cast<std::size_t>(index)];
        static_cast<watcher*>(one.data.ptr)->ready(one.events);
    }
    after_batch_();
    wait();  // Asio asks the kernel anew, so that what is left is not forgotten
}

}  // namespace stormdrain
