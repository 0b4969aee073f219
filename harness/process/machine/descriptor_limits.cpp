#include "harness/process/machine/descriptor_limits.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace stormdrain {
namespace {

struct user_and_group {
    uid_t user = 0;
    gid_t group = 0;
};

// The real ones. Not who owns /proc/PID: that is root when the process has changed its user.
std::optional<user_and_group> who_runs(pid_t process) {
    std::ifstream lines("/proc/" + std::to_string(process) + "/status");
    user_and_group found;
    for (std::string key; lines >> key;) {
        if (key == "Uid:") {
            lines >> found.user;
        } else if (key == "Gid:" && lines >> found.group) {
            return found;
        }
        lines.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return std::nullopt;
}

// Real user and group of this thread, and of no other: the C library's wrappers would change them
// for all threads (nptl(7)). The effective ones stay, and with them what root may do.
class borrowed_identity {
public:
    explicit borrowed_identity(const user_and_group& wanted) {
        is_taken_on_ = ::syscall(SYS_setresgid, wanted.group, -1, -1) == 0 &&
                       ::syscall(SYS_setresuid, wanted.user, -1, -1) == 0;
    }
    borrowed_identity(const borrowed_identity&) = delete;
    borrowed_identity& operator=(const borrowed_identity&) = delete;
    ~borrowed_identity() {
        // Back to what root had; it may, as it may have become another.
        ::syscall(SYS_setresuid, own_.user, -1, -1);
        ::syscall(SYS_setresgid, own_.group, -1, -1);
    }

    bool is_taken_on() const { return is_taken_on_; }

private:
    const user_and_group own_{::getuid(), ::getgid()};
    bool is_taken_on_ = false;
};

boost::system::error_code limit(pid_t process, const rlimit* wanted, rlimit* before) {
    if (::prlimit(process, RLIMIT_NOFILE, wanted, before) == 0) {
        return {};
    }
    const boost::system::error_code refused(errno, boost::system::system_category());
    const std::optional<user_and_group> owner = who_runs(process);
    if (refused.value() != EPERM || ::geteuid() != 0 || !owner) {
        return refused;
    }
    const borrowed_identity owners(*owner);
    const bool is_done =
        owners.is_taken_on() && ::prlimit(process, RLIMIT_NOFILE, wanted, before) == 0;
    return is_done ? boost::system::error_code() : refused;
}

}  // namespace

boost::system::result<rlimit> descriptor_limit_of(pid_t process) {
    rlimit found{};
    if (const boost::system::error_code refused = limit(process, nullptr, &found)) {
        return refused;
    }
    return found;
}

boost::system::error_code set_descriptor_limit(pid_t process, const rlimit& wanted) {
    return limit(process, &wanted, nullptr);
}

}  // namespace stormdrain
