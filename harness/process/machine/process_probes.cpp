#include "harness/process/exits/exit_filter.hpp"
#include "harness/process/exits/exit_trace.hpp"
#include "harness/process/exits/syscall_watch.hpp"
#include "harness/process/launch/descriptor_passing.hpp"
#include "harness/process/machine/capability_probes.hpp"
#include "harness/process/machine/probing_child.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <span>
#include <sstream>

namespace stormdrain::probes {
namespace {

outcome try_subreaper() {
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        return stopped_at("prctl(PR_SET_CHILD_SUBREAPER)");
    }
    const pid_t parent = ::fork();
    if (parent == 0) {
        ::_exit(::fork() < 0 ? 1 : 0);  // its child's exit is ours to see, if all is well
    }
    int reaped_count = 0;
    while (::waitpid(-1, nullptr, 0) > 0) {
        ++reaped_count;
    }
    return reaped_count == 2 ? outcome{} : stopped_at("waitpid of a grandchild", ECHILD);
}

outcome try_killable_wait() {
    sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const sock_fprog program{1, &allow};
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);  // if it fails, so does the next line
    const long listener = ::syscall(
        SYS_seccomp, SECCOMP_SET_MODE_FILTER,
        SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
    return listener < 0 ? stopped_at("seccomp(WAIT_KILLABLE_RECV)") : outcome{};
}

outcome try_ptrace_exit() {
    waiting_child child;
    exit_trace trace;
    if (const int error = trace.begin(child.pid()); error != 0) {
        return stopped_at("ptrace(PTRACE_SEIZE)", error);
    }
    ::kill(child.pid(), SIGTERM);
    bool was_seen = false;
    for (int status = 0; ::waitpid(child.pid(), &status, __WALL) > 0;) {
        const exit_trace::meaning meaning = trace.take(child.pid(), status);
        if (meaning == exit_trace::meaning::exiting) {
            was_seen = trace.exit_status() == SIGTERM;
            trace.go_on();
        } else if (meaning == exit_trace::meaning::ended) {
            child.forget();
            return was_seen ? outcome{} : stopped_at("PTRACE_EVENT_EXIT", ENODATA);
        }
    }
    return stopped_at("waitpid of a traced child");
}

// From a process that is no ancestor of the other, as the one that reads stacks is not.
outcome try_ptrace_attach() {
    const waiting_child looked_at;
    const pid_t debugger = ::fork();
    if (debugger == 0) {
        bound_attempt();
        if (::ptrace(PTRACE_ATTACH, looked_at.pid(), nullptr, nullptr) != 0) {
            ::_exit(errno);
        }
        ::waitpid(looked_at.pid(), nullptr, __WALL);
        ::_exit(::ptrace(PTRACE_DETACH, looked_at.pid(), nullptr, nullptr) == 0 ? 0 : errno);
    }
    int status = 0;
    if (debugger < 0 || ::waitpid(debugger, &status, 0) != debugger) {
        return stopped_at("fork");
    }
    return stopped_at("ptrace(PTRACE_ATTACH)", WIFEXITED(status) ? WEXITSTATUS(status) : ETIMEDOUT);
}

// In the child, which then asks to end: the notification that the probe waits for.
[[noreturn]] void end_under_filter(int channel) {
    bound_attempt();
    const installed_filter filter = install_exit_filter(accept_trap::none);
    if (filter.listener < 0) {
        send_struct(channel, filter.error);
        ::_exit(0);
    }
    const std::array passed{filter.listener};
    send_struct(channel, 0, passed);
    ::close(filter.listener);  // or the filter would outlive its only watcher
    ::_exit(0);
}

// The child's own exit_group(2), seen before it is carried out.
std::string watch_exit(pid_t child, int channel) {
    int error = 0;
    received_message answer =
        receive_message(channel, std::as_writable_bytes(std::span(&error, 1)), receive_mode::wait);
    if (answer.bytes_count == 0 || error != 0) {
        return failed("seccomp(NEW_LISTENER)", error == 0 ? ETIMEDOUT : error);
    }
    if (answer.descriptors.empty()) {
        return failed("recvmsg of the listener", EBADF);
    }
    syscall_watch watch(std::move(answer.descriptors.front()));
    if (!becomes_readable(watch.descriptor())) {
        return "the child's exit_group(2) was not notified";
    }
    const auto call = watch.next();
    if (!call || call->number != SYS_exit_group || call->thread != child) {
        return "the child's exit_group(2) was not notified";
    }
    const int refused = watch.go_on(*call);
    return refused == 0 ? "" : failed("ioctl(SECCOMP_IOCTL_NOTIF_SEND)", refused);
}

// The fifth word of a line of mountinfo, where the type after the dash is cgroup2
// (proc_pid_mountinfo(5)). A hybrid system has it beside the old ones.
std::string cgroup2_mount_point() {
    std::ifstream mounts("/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        if (line.find(" - cgroup2 ") != std::string::npos) {
            std::istringstream words(line);
            std::string point;
            for (int word = 1; word <= 5; ++word) {
                words >> point;
            }
            return point;
        }
    }
    return "";
}

}  // namespace

std::string pidfd() {
    const waiting_child child;
    const owned_descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, child.pid(), 0)));
    if (!handle.is_open()) {
        return failed("pidfd_open", errno);
    }
    if (::syscall(SYS_pidfd_send_signal, handle.get(), SIGKILL, nullptr, 0) != 0) {
        return failed("pidfd_send_signal", errno);
    }
    return becomes_readable(handle.get()) ? "" : failed("poll of a pidfd", ETIMEDOUT);
}

std::string subreaper() {
    return in_child(try_subreaper);
}

std::string children_files() {
    const waiting_child child;
    const std::string self = std::to_string(::gettid());
    std::ifstream file("/proc/self/task/" + self + "/children");
    for (pid_t listed = 0; file >> listed;) {
        if (listed == child.pid()) {
            return "";
        }
    }
    return file.eof() ? "a child is not listed" : failed("/proc/PID/task/TID/children", ENOENT);
}

std::string seccomp_listener() {
    return reason_of([]() -> std::string {
        channel_pair channel = make_channel();
        const pid_t child = ::fork();
        if (child < 0) {
            return failed("fork", errno);
        }
        if (child == 0) {
            end_under_filter(channel.theirs.get());
        }
        channel.theirs.reset();  // so that the child's death ends the wait for its message
        std::string why = watch_exit(child, channel.ours.get());
        ::waitpid(child, nullptr, 0);
        return why;
    });
}

std::string seccomp_killable_wait() {
    return in_child(try_killable_wait);
}

std::string ptrace_exit() {
    return in_child(try_ptrace_exit);
}

std::string ptrace_attach() {
    return in_child(try_ptrace_attach);
}

std::string resource_limits() {
    const waiting_child child;
    rlimit limits{};
    if (::prlimit(child.pid(), RLIMIT_NOFILE, nullptr, &limits) != 0) {
        return failed("prlimit", errno);
    }
    const rlimit fewer{std::min<rlim_t>(limits.rlim_cur, 20), limits.rlim_max};
    const bool works = ::prlimit(child.pid(), RLIMIT_NOFILE, &fewer, nullptr) == 0 &&
                       ::prlimit(child.pid(), RLIMIT_NOFILE, &limits, nullptr) == 0;
    return works ? "" : failed("prlimit(RLIMIT_NOFILE)", errno);
}

std::string cgroup() {
    const std::string folder = cgroup2_mount_point();
    if (folder.empty()) {
        return "cgroup v2 is not mounted";
    }
    std::ifstream own("/proc/self/cgroup");
    for (std::string line; std::getline(own, line);) {
        if (line.starts_with("0::")) {
            const std::string file = folder + line.substr(3) + "/cgroup.procs";
            return ::access(file.c_str(), W_OK) == 0 ? "" : failed("cgroup.procs", errno);
        }
    }
    return "this process is in no cgroup v2";
}

}  // namespace stormdrain::probes
