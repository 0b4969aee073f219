#include "harness/process/become_server.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace stormdrain {
namespace {

constexpr int first_listener = 3;  // SD_LISTEN_FDS_START
constexpr std::string_view listen_pid_prefix = "LISTEN_PID=";
constexpr std::size_t pid_digits_max = 10;

// 127 is what a shell says when it cannot start a program; nobody reads it but strace.
constexpr int launch_failed_code = 127;

[[noreturn]] void give_up(int failures, const char* step) {
    step_failure failure;
    failure.error = errno;
    std::strncpy(failure.step, step, sizeof(failure.step) - 1);
    // When the keeper is gone too, nobody is left to tell.
    [[maybe_unused]] const ssize_t written = ::write(failures, &failure, sizeof(failure));
    ::_exit(launch_failed_code);
}

void reset_signals(int failures) {
    struct sigaction by_default {};
    by_default.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) {
        // SIGKILL, SIGSTOP and the C library's own refuse, and have the default anyway.
        ::sigaction(number, &by_default, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    if (::sigprocmask(SIG_SETMASK, &none, nullptr) != 0) {
        give_up(failures, "sigprocmask");
    }
}

void tie_to_keeper(const server_surroundings& surroundings) {
    if (::setsid() < 0) {
        give_up(surroundings.failures, "setsid");
    }
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        give_up(surroundings.failures, "prctl(PR_SET_PDEATHSIG)");
    }
    if (::getppid() != surroundings.keeper_pid) {
        ::_exit(launch_failed_code);  // the keeper died before the signal was armed
    }
    // Lets the harness read stacks where Yama restricts ptrace; EINVAL without Yama is fine.
    ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
}

int move_up(int descriptor, int lowest, int failures) {
    const int moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, lowest);
    if (moved < 0) {
        give_up(failures, "fcntl(F_DUPFD_CLOEXEC)");
    }
    return moved;
}

void place(int from, int to, int failures) {
    if (::dup2(from, to) < 0) {
        give_up(failures, "dup2");
    }
}

// Makes 0, 1, 2 and the listeners the only descriptors that survive exec. Returns where the
// descriptor for failures is now.
int arrange_descriptors(const server_surroundings& surroundings) {
    const int count = static_cast<int>(surroundings.listeners.size());
    const int free_from = first_listener + count;
    // Everything first moves out of the way: dup2 onto itself would keep FD_CLOEXEC, and dup2
    // onto a descriptor that is still needed would lose it.
    const int failures = move_up(surroundings.failures, free_from, surroundings.failures);
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) {
        give_up(failures, "open(/dev/null)");
    }
    const int input = move_up(null, free_from, failures);
    const int output =
        move_up(surroundings.output < 0 ? input : surroundings.output, free_from, failures);
    std::array<int, 64> listeners{};
    if (surroundings.listeners.size() > listeners.size()) {
        errno = E2BIG;
        give_up(failures, "listeners");
    }
    for (std::size_t index = 0; index < surroundings.listeners.size(); ++index) {
        listeners[index] = move_up(surroundings.listeners[index], free_from, failures);
    }
    place(input, STDIN_FILENO, failures);
    place(output, STDOUT_FILENO, failures);
    place(output, STDERR_FILENO, failures);
    for (int index = 0; index < count; ++index) {
        place(listeners[static_cast<std::size_t>(index)], first_listener + index, failures);
    }
    if (::close_range(static_cast<unsigned>(free_from), ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
        give_up(failures, "close_range");
    }
    return failures;
}

void apply_limit(int failures, __rlimit_resource resource, const char* step,
                 const std::optional<std::uint64_t>& value) {
    if (!value) {
        return;
    }
    // Both limits, as LimitNOFILE= of systemd.exec(5): some runtimes raise the soft one to the hard
    // one by themselves. A value above the hard limit needs CAP_SYS_RESOURCE.
    const rlimit limit{*value, *value};
    if (::setrlimit(resource, &limit) != 0) {
        give_up(failures, step);
    }
}

void apply_limits(int failures, const process_limits& limits) {
    apply_limit(failures, RLIMIT_NOFILE, "setrlimit(RLIMIT_NOFILE)", limits.open_files);
    apply_limit(failures, RLIMIT_CORE, "setrlimit(RLIMIT_CORE)", limits.core_bytes);
    apply_limit(failures, RLIMIT_AS, "setrlimit(RLIMIT_AS)", limits.address_space_bytes);
}

bool is_listen_variable(const std::string& variable) {
    return variable.starts_with("LISTEN_PID=") || variable.starts_with("LISTEN_FDS=") ||
           variable.starts_with("LISTEN_FDNAMES=");
}

}  // namespace

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

void become_server(launch_image& image, const server_surroundings& surroundings) {
    reset_signals(surroundings.failures);
    tie_to_keeper(surroundings);
    const int failures = arrange_descriptors(surroundings);
    apply_limits(failures, image.spec().limits);
    const std::string& folder = image.spec().working_folder;
    if (!folder.empty() && ::chdir(folder.c_str()) != 0) {
        give_up(failures, "chdir");
    }
    image.write_listen_pid(::getpid());
    // execvp(3) looks argv[0] up in the PATH of the server's environment, not of the harness's.
    environ = image.environment();
    ::execvp(image.argv()[0], image.argv());
    give_up(failures, "execve");
}

}  // namespace stormdrain
