#include "harness/process/launch/become_server.hpp"

#include "harness/process/exits/exit_filter.hpp"
#include "harness/process/launch/descriptor_passing.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

constexpr int first_listener = 3;  // SD_LISTEN_FDS_START
constexpr std::string_view listen_pid_prefix = "LISTEN_PID=";
constexpr std::size_t pid_digits_max = 10;

// 127 is what a shell says when it cannot start a program; nobody reads it but strace.
constexpr int launch_failed_code = 127;

// What the child needs before exec, execvp(3) with its copies of PATH most of it.
constexpr std::size_t stack_bytes = 256 * 1024;

// argv and the environment as execve(2) wants them, made before the clone: the child shares the
// keeper's memory, and only touches what is there.
class launch_image {
public:
    launch_image(launch_spec spec, std::size_t listeners_count);
    launch_image(const launch_image&) = delete;
    launch_image& operator=(const launch_image&) = delete;

    const launch_spec& spec() const { return spec_; }
    // In the child: LISTEN_PID must be the server's own pid (sd_listen_fds(3)).
    void write_listen_pid(pid_t pid);
    char** argv() { return argv_.data(); }
    char** environment() { return environment_.data(); }

private:
    launch_spec spec_;
    std::string listen_pid_;
    std::string listen_count_;
    std::vector<char*> argv_;
    std::vector<char*> environment_;
};

struct server_surroundings {
    pid_t keeper_pid = 0;
    server_descriptors own;
    int steps = -1;  // close-on-exec; step_messages are written to it, and exec closes it
};

// Not exit_group(2), which the exit filter would hold back until the keeper answers, and that
// sleeps until this process is gone.
[[noreturn]] void leave() {
    for (;;) {
        ::syscall(SYS_exit, launch_failed_code);
    }
}

[[noreturn]] void give_up(int steps, const char* step) {
    step_message failure;
    failure.kind = step_kind::failed;
    failure.error = errno;
    std::strncpy(failure.step, step, sizeof(failure.step) - 1);
    // When the keeper is gone too, nobody is left to tell.
    [[maybe_unused]] const int error = send_struct(steps, failure);
    leave();
}

void reset_signals(int steps) {
    struct sigaction by_default {};
    by_default.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) {
        // SIGKILL, SIGSTOP and the C library's own refuse, and have the default anyway.
        ::sigaction(number, &by_default, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    if (::sigprocmask(SIG_SETMASK, &none, nullptr) != 0) {
        give_up(steps, "sigprocmask");
    }
}

void tie_to_keeper(const server_surroundings& surroundings) {
    if (::setsid() < 0) {
        give_up(surroundings.steps, "setsid");
    }
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        give_up(surroundings.steps, "prctl(PR_SET_PDEATHSIG)");
    }
    if (::getppid() != surroundings.keeper_pid) {
        leave();  // the keeper died before the signal was armed
    }
    // Lets the harness read stacks where Yama restricts ptrace; EINVAL without Yama is fine.
    ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
}

int move_up(int descriptor, int lowest, int steps) {
    const int moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, lowest);
    if (moved < 0) {
        give_up(steps, "fcntl(F_DUPFD_CLOEXEC)");
    }
    return moved;
}

void place(int from, int to, int steps) {
    if (::dup2(from, to) < 0) {
        give_up(steps, "dup2");
    }
}

// Makes 0, 1, 2 and the listeners the only descriptors that survive exec. Returns where the
// descriptor for steps is now.
int arrange_descriptors(const server_surroundings& surroundings) {
    const server_descriptors& own = surroundings.own;
    const int count = static_cast<int>(own.listeners.size());
    const int free_from = first_listener + count;
    // Everything first moves out of the way: dup2 onto itself would keep FD_CLOEXEC, and dup2
    // onto a descriptor that is still needed would lose it.
    const int steps = move_up(surroundings.steps, free_from, surroundings.steps);
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) {
        give_up(steps, "open(/dev/null)");
    }
    const int input = move_up(own.input < 0 ? null : own.input, free_from, steps);
    const int output = move_up(own.output < 0 ? null : own.output, free_from, steps);
    std::array<int, 64> listeners{};
    if (own.listeners.size() > listeners.size()) {
        errno = E2BIG;
        give_up(steps, "listeners");
    }
    for (std::size_t index = 0; index < own.listeners.size(); ++index) {
        listeners[index] = move_up(own.listeners[index], free_from, steps);
    }
    place(input, STDIN_FILENO, steps);
    place(output, STDOUT_FILENO, steps);
    place(output, STDERR_FILENO, steps);
    for (int index = 0; index < count; ++index) {
        place(listeners[static_cast<std::size_t>(index)], first_listener + index, steps);
    }
    if (::close_range(static_cast<unsigned>(free_from), ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
        give_up(steps, "close_range");
    }
    return steps;
}

void apply_limit(int steps, __rlimit_resource resource, const char* step,
                 const std::optional<std::uint64_t>& value) {
    if (!value) {
        return;
    }
    // Both limits, as LimitNOFILE= of systemd.exec(5): some runtimes raise the soft one to the hard
    // one by themselves. A value above the hard limit needs CAP_SYS_RESOURCE.
    const rlimit limit{*value, *value};
    if (::setrlimit(resource, &limit) != 0) {
        give_up(steps, step);
    }
}

void apply_limits(int steps, const process_limits& limits) {
    apply_limit(steps, RLIMIT_NOFILE, "setrlimit(RLIMIT_NOFILE)", limits.open_files);
    apply_limit(steps, RLIMIT_CORE, "setrlimit(RLIMIT_CORE)", limits.core_bytes);
    apply_limit(steps, RLIMIT_AS, "setrlimit(RLIMIT_AS)", limits.address_space_bytes);
}

// The exits of everything that the server becomes and forks are told to the keeper. Where the
// kernel refuses, the server runs all the same, and the keeper knows why it hears nothing.
void set_exit_filter(int steps, const launch_spec& spec) {
    const exit_watch_choice choice = spec.exit_watch;
    const bool wanted =
        choice == exit_watch_choice::automatic || choice == exit_watch_choice::seccomp;
    if (!wanted && !spec.accept_trap) {
        return;
    }
    const installed_filter filter =
        install_exit_filter(spec.accept_trap ? accept_trap::set : accept_trap::none);
    step_message told;
    told.kind = step_kind::filter;
    told.error = filter.error;
    const std::span<const int> listener(&filter.listener, filter.listener < 0 ? 0U : 1U);
    if (const int error = send_struct(steps, told, listener); error != 0) {
        errno = error;
        give_up(steps, "passing the exit filter");
    }
    // With a copy of its own the process would wait for an answer that only it could give.
    ::close(filter.listener);
}

bool is_listen_variable(const std::string& variable) {
    return variable.starts_with("LISTEN_PID=") || variable.starts_with("LISTEN_FDS=") ||
           variable.starts_with("LISTEN_FDNAMES=");
}

launch_image::launch_image(launch_spec spec, std::size_t listeners_count) : spec_(std::move(spec)) {
    if (listeners_count > 0) {
        std::erase_if(spec_.environment, is_listen_variable);
        listen_count_ = "LISTEN_FDS=" + std::to_string(listeners_count);
        listen_pid_ = std::string(listen_pid_prefix) + std::string(pid_digits_max + 1, '\0');
        environment_.push_back(listen_count_.data());
        environment_.push_back(listen_pid_.data());
    }
    for (std::string& argument : spec_.argv) {
        argv_.push_back(argument.data());
    }
    for (std::string& variable : spec_.environment) {
        environment_.push_back(variable.data());
    }
    argv_.push_back(nullptr);
    environment_.push_back(nullptr);
}

void launch_image::write_listen_pid(pid_t pid) {
    if (!listen_pid_.empty()) {
        char* digits = listen_pid_.data() + listen_pid_prefix.size();
        *std::to_chars(digits, digits + pid_digits_max, pid).ptr = '\0';
    }
}

[[noreturn]] void become_server(launch_image& image, const server_surroundings& surroundings) {
    reset_signals(surroundings.steps);
    tie_to_keeper(surroundings);
    const int steps = arrange_descriptors(surroundings);
    set_exit_filter(steps, image.spec());
    apply_limits(steps, image.spec().limits);
    const std::string& folder = image.spec().working_folder;
    if (!folder.empty() && ::chdir(folder.c_str()) != 0) {
        give_up(steps, "chdir");
    }
    image.write_listen_pid(::getpid());
    // execvp(3) looks argv[0] up in the PATH of the server's environment, not of the harness's.
    environ = image.environment();
    ::execvp(image.argv()[0], image.argv());
    give_up(steps, "execve");
}

struct birth {
    launch_image& image;
    const server_surroundings& surroundings;
};

// On a stack that AddressSanitizer does not know, and would warn of.
[[gnu::no_sanitize_address]] int begin_life(void* argument) {
    const birth& given = *static_cast<birth*>(argument);
    become_server(given.image, given.surroundings);
}

// As posix_spawn(3) does it: a copy of the keeper's page tables, and a fault for each page that
// either of the two then touches, cost as much again as a short server's whole start. The keeper
// sleeps until exec.
pid_t clone_server(launch_image& image, const server_surroundings& surroundings) {
    const auto stack = std::make_unique_for_overwrite<std::byte[]>(stack_bytes);
    birth given{image, surroundings};
    char** const own_environment = environ;
    const pid_t pid =
        ::clone(begin_life, stack.get() + stack_bytes, CLONE_VM | CLONE_VFORK | SIGCHLD, &given);
    environ = own_environment;  // the server's stands there
    return pid;
}

}  // namespace

forked_server fork_server(launch_spec spec, server_descriptors own) {
    forked_server forked;
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        forked.failed_step = "socketpair";
        forked.error = errno;
        return forked;
    }
    forked.steps.reset(ends[0]);
    const owned_descriptor servers_end(ends[1]);
    server_surroundings surroundings;
    surroundings.keeper_pid = ::getpid();
    surroundings.steps = servers_end.get();
    surroundings.own = std::move(own);
    launch_image image(std::move(spec), surroundings.own.listeners.size());
    forked.pid = clone_server(image, surroundings);
    if (forked.pid > 0) {
        forked.handle.reset(static_cast<int>(::syscall(SYS_pidfd_open, forked.pid, 0)));
    }
    if (!forked.handle.is_open()) {
        forked.failed_step = forked.pid < 0 ? "clone" : "pidfd_open";
        forked.error = errno;
    }
    return forked;
}

}  // namespace stormdrain
