#include "harness/process/exits/syscall_watch.hpp"

#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <utility>

namespace stormdrain {

std::optional<waiting_call> syscall_watch::next() {
    // SECCOMP_IOCTL_NOTIF_RECV blocks when nothing waits, whatever the descriptor's flags: only
    // poll(2) tells.
    pollfd watched{listener_.get(), POLLIN, 0};
    if (!listener_.is_open() || ::poll(&watched, 1, 0) <= 0) {
        return std::nullopt;
    }
    if ((watched.revents & POLLIN) == 0) {
        listener_.reset();  // POLLHUP: no process has the filter any more
        return std::nullopt;
    }
    seccomp_notif seen{};  // the kernel refuses one that is not all zeros
    if (::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_RECV, &seen) != 0) {
        return std::nullopt;  // ENOENT: it was killed between the two
    }
    waiting_call call;
    call.id = seen.id;
    call.thread = static_cast<pid_t>(seen.pid);
    call.number = seen.data.nr;
    call.first_argument = seen.data.args[0];
    return call;
}

int syscall_watch::go_on(const waiting_call& call) {
    return answer(call.id, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

int syscall_watch::fail(const waiting_call& call, int error) {
    return answer(call.id, -error, 0);
}

int syscall_watch::answer(std::uint64_t id, int error, std::uint32_t flags) {
    seccomp_notif_resp word{};
    word.id = id;
    word.error = error;
    word.flags = flags;
    return ::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SEND, &word) == 0 ? 0 : errno;
}

}  // namespace stormdrain
