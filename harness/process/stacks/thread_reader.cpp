#include "harness/process/stacks/thread_reader.hpp"

#include "harness/process/census/process_tree.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <unordered_map>

namespace stormdrain {
namespace {

enum class first_argument { descriptor, other };

struct known_syscall {
    long number;
    std::string_view name;
    first_argument takes;
};

// Where servers sleep. Those of the second part are not on every architecture: arm64 has only the
// later member of each pair (include/uapi/asm-generic/unistd.h).
constexpr known_syscall known_syscalls[] = {
    {SYS_futex, "futex", first_argument::other},
    {SYS_epoll_pwait, "epoll_pwait", first_argument::descriptor},
    {SYS_ppoll, "ppoll", first_argument::other},
    {SYS_pselect6, "pselect6", first_argument::other},
    {SYS_read, "read", first_argument::descriptor},
    {SYS_readv, "readv", first_argument::descriptor},
    {SYS_pread64, "pread64", first_argument::descriptor},
    {SYS_write, "write", first_argument::descriptor},
    {SYS_writev, "writev", first_argument::descriptor},
    {SYS_pwrite64, "pwrite64", first_argument::descriptor},
    {SYS_sendfile, "sendfile", first_argument::descriptor},
    {SYS_splice, "splice", first_argument::descriptor},
    {SYS_accept, "accept", first_argument::descriptor},
    {SYS_accept4, "accept4", first_argument::descriptor},
    {SYS_connect, "connect", first_argument::descriptor},
    {SYS_recvfrom, "recvfrom", first_argument::descriptor},
    {SYS_recvmsg, "recvmsg", first_argument::descriptor},
    {SYS_recvmmsg, "recvmmsg", first_argument::descriptor},
    {SYS_sendto, "sendto", first_argument::descriptor},
    {SYS_sendmsg, "sendmsg", first_argument::descriptor},
    {SYS_sendmmsg, "sendmmsg", first_argument::descriptor},
    {SYS_shutdown, "shutdown", first_argument::descriptor},
    {SYS_close, "close", first_argument::descriptor},
    {SYS_fsync, "fsync", first_argument::descriptor},
    {SYS_fdatasync, "fdatasync", first_argument::descriptor},
    {SYS_flock, "flock", first_argument::descriptor},
    {SYS_fcntl, "fcntl", first_argument::descriptor},
    {SYS_ioctl, "ioctl", first_argument::descriptor},
    {SYS_io_uring_enter, "io_uring_enter", first_argument::descriptor},
    {SYS_openat, "openat", first_argument::other},
    {SYS_nanosleep, "nanosleep", first_argument::other},
    {SYS_clock_nanosleep, "clock_nanosleep", first_argument::other},
    {SYS_restart_syscall, "restart_syscall", first_argument::other},
    {SYS_rt_sigsuspend, "rt_sigsuspend", first_argument::other},
    {SYS_rt_sigtimedwait, "rt_sigtimedwait", first_argument::other},
    {SYS_wait4, "wait4", first_argument::other},
    {SYS_clone, "clone", first_argument::other},
    {SYS_clone3, "clone3", first_argument::other},
    {SYS_waitid, "waitid", first_argument::other},
    {SYS_exit, "exit", first_argument::other},
    {SYS_exit_group, "exit_group", first_argument::other},
    {SYS_munmap, "munmap", first_argument::other},
    {SYS_membarrier, "membarrier", first_argument::other},
    {SYS_semtimedop, "semtimedop", first_argument::other},
    {SYS_msgrcv, "msgrcv", first_argument::other},
#ifdef SYS_vfork
    {SYS_vfork, "vfork", first_argument::other},
#endif
#ifdef SYS_epoll_wait
    {SYS_epoll_wait, "epoll_wait", first_argument::descriptor},
#endif
#ifdef SYS_poll
    {SYS_poll, "poll", first_argument::other},
#endif
#ifdef SYS_select
    {SYS_select, "select", first_argument::other},
#endif
#ifdef SYS_pause
    {SYS_pause, "pause", first_argument::other},
#endif
#ifdef SYS_epoll_pwait2
    {SYS_epoll_pwait2, "epoll_pwait2", first_argument::descriptor},
#endif
#ifdef SYS_futex_waitv
    {SYS_futex_waitv, "futex_waitv", first_argument::other},
#endif
};

// Files of /proc that are gone or not permitted are empty.
std::string read_text(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    while (text.ends_with('\n')) {
        text.pop_back();
    }
    return text;
}

duration from_ticks(unsigned long ticks) {
    constexpr std::int64_t second_ns = 1'000'000'000;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(ticks) *
                                    (second_ns / ::sysconf(_SC_CLK_TCK)));
}

// schedstat: nanoseconds on a CPU, nanoseconds ready without one, turns on a CPU
// (Documentation/scheduler/sched-stats.rst). Kernels without CONFIG_SCHED_INFO have no such file.
std::optional<thread_times> read_schedstat(const std::filesystem::path& task) {
    std::istringstream text(read_text(task / "schedstat"));
    std::int64_t ran_ns = 0;
    std::int64_t ready_ns = 0;
    thread_times times;
    if (!(text >> ran_ns >> ready_ns >> times.turns_count)) {
        return std::nullopt;
    }
    times.ran = std::chrono::nanoseconds(ran_ns);
    times.ready = std::chrono::nanoseconds(ready_ns);
    return times;
}

// Without schedstat the CPU time comes in hundredths of a second.
void read_times(const std::filesystem::path& task, const process_stat& stat, thread_facts& thread) {
    if (const auto times = read_schedstat(task)) {
        thread.cpu_time = times->ran;
        thread.ready_time = times->ready;
        thread.turns_count = times->turns_count;
    } else {
        thread.cpu_time = from_ticks(stat.user_ticks + stat.system_ticks);
    }
}

std::filesystem::path task_of(pid_t process, pid_t thread) {
    return "/proc/" + std::to_string(process) + "/task/" + std::to_string(thread);
}

std::optional<thread_facts> read_thread(pid_t process, pid_t number) {
    const std::filesystem::path task = task_of(process, number);
    const std::optional<process_stat> stat = parse_stat(read_text(task / "stat"));
    if (!stat || stat->state == 'X') {
        return std::nullopt;
    }
    thread_facts thread;
    thread.process = process;
    thread.thread = number;
    thread.name = stat->command;
    thread.state = stat->state;
    thread.wait_in = read_text(task / "wchan");
    if (thread.wait_in == "0") {
        thread.wait_in.clear();  // not asleep, or not permitted to be known
    }
    syscall_place place = parse_syscall(read_text(task / "syscall"));
    thread.syscall = std::move(place.name);
    thread.descriptor = place.descriptor;
    read_times(task, *stat, thread);
    return thread;
}

std::vector<pid_t> threads_of(pid_t process) {
    std::vector<pid_t> numbers;
    std::error_code gone;
    std::filesystem::directory_iterator entry("/proc/" + std::to_string(process) + "/task", gone);
    for (; !gone && entry != std::filesystem::directory_iterator(); entry.increment(gone)) {
        const std::string name = entry->path().filename();
        pid_t number = 0;
        std::from_chars(name.data(), name.data() + name.size(), number);
        numbers.push_back(number);
    }
    std::ranges::sort(numbers);  // the first thread first
    return numbers;
}

}  // namespace

std::vector<thread_facts> read_threads(std::span<const pid_t> pids) {
    std::vector<thread_facts> threads;
    for (const pid_t process : pids) {
        for (const pid_t number : threads_of(process)) {
            if (threads.size() == threads_read_max) {
                return threads;
            }
            if (auto thread = read_thread(process, number)) {
                threads.push_back(std::move(*thread));
            }
        }
    }
    return threads;
}

tree_times read_tree_times(std::span<const pid_t> pids) {
    tree_times times;
    for (const pid_t process : pids) {
        for (const pid_t number : threads_of(process)) {
            if (times.size() == threads_read_max) {
                return times;
            }
            if (const auto read = read_schedstat(task_of(process, number))) {
                times.emplace(number, *read);
            }
        }
    }
    return times;
}

std::vector<thread_facts> watched(const std::vector<thread_facts>& before,
                                  std::vector<thread_facts> after) {
    std::unordered_map<pid_t, const thread_facts*> earlier;
    for (const thread_facts& thread : before) {
        earlier.emplace(thread.thread, &thread);
    }
    const thread_facts nothing;
    for (thread_facts& thread : after) {
        const auto found = earlier.find(thread.thread);
        const thread_facts& from = found != earlier.end() ? *found->second : nothing;
        thread.cpu_used = thread.cpu_time - from.cpu_time;
        thread.ready_waited = thread.ready_time - from.ready_time;
        thread.turns_seen = thread.turns_count - from.turns_count;
    }
    return after;
}

syscall_place parse_syscall(std::string_view text) {
    std::istringstream words{std::string(text)};
    long number = -1;
    std::string argument;
    // "running", or "-1" and two addresses: asleep for another reason, such as a page fault.
    if (!(words >> number) || number < 0) {
        return {};
    }
    const auto known = std::ranges::find(known_syscalls, number, &known_syscall::number);
    if (known == std::end(known_syscalls)) {
        return {"syscall " + std::to_string(number), std::nullopt};
    }
    syscall_place place{std::string(known->name), std::nullopt};
    if (known->takes == first_argument::descriptor && words >> argument &&
        argument.starts_with("0x")) {
        // An int of which only the lower half is passed: the upper one may hold anything.
        unsigned long value = 0;
        std::from_chars(argument.data() + 2, argument.data() + argument.size(), value, 16);
        place.descriptor = static_cast<int>(value & 0xFFFF'FFFFU);
    }
    return place;
}

}  // namespace stormdrain
