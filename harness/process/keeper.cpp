#include "harness/process/keeper.hpp"

#include "harness/process/become_server.hpp"
#include "harness/process/descriptor_passing.hpp"
#include "harness/process/keeper_protocol.hpp"
#include "harness/process/process_tree.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

namespace stormdrain {
namespace {

// Between two rounds of SIGKILL. The exits themselves wake the keeper sooner.
constexpr int kill_round_ms = 20;
// With nobody left to ask, the keeper tries this long before it leaves the rest to init. Only a
// process in uninterruptible sleep lasts that long.
constexpr std::int64_t abandoned_ns = 30'000'000'000;

std::int64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);  // cannot fail: the clock exists and `now` is ours
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

std::int64_t to_ns(const timeval& time) {
    return time.tv_sec * 1'000'000'000 + time.tv_usec * 1'000;
}

std::optional<launch_spec> read_spec(int file) {
    struct stat facts {};
    if (::fstat(file, &facts) != 0 || facts.st_size < 0 ||
        static_cast<std::size_t>(facts.st_size) > encoded_spec_bytes_max) {
        return std::nullopt;
    }
    std::string bytes(static_cast<std::size_t>(facts.st_size), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count =
            ::pread(file, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
        if (count <= 0) {
            return std::nullopt;
        }
        done += static_cast<std::size_t>(count);
    }
    return decode(bytes);
}

class keeper {
public:
    keeper(owned_descriptor channel, owned_descriptor signals)
        : channel_(std::move(channel)), signals_(std::move(signals)) {}

    // False when there is nothing to keep; the harness knows why.
    bool start(keeper_descriptors descriptors);
    int run();
    void report_failure(const char* step, int error);

private:
    void send(keeper_report report);
    void read_exec_result();
    void read_signals();
    void read_request();
    void reap();
    void report_exit(int status, const rusage& usage);
    void end_round();

    owned_descriptor channel_;
    owned_descriptor signals_;
    owned_descriptor exec_result_;
    owned_descriptor pidfd_;
    pid_t server_ = 0;
    bool server_runs_ = false;  // exec succeeded
    bool harness_gone_ = false;
    std::optional<std::int64_t> end_deadline_ns_;  // set while the tree is being ended
    std::optional<int> exit_code_;
};

void keeper::send(keeper_report report) {
    report.keeper_pid = ::getpid();
    report.server_pid = server_;
    const int pidfd = pidfd_.get();
    const bool with_pidfd = report.kind == report_kind::started;
    // An error means that the harness is gone: poll(2) tells that too, and the tree ends then.
    [[maybe_unused]] const int error =
        send_struct(channel_.get(), report, std::span(&pidfd, with_pidfd ? 1U : 0U));
}

void keeper::report_failure(const char* step, int error) {
    keeper_report report;
    report.kind = report_kind::keeper_failed;
    report.number = error;
    std::strncpy(report.step, step, sizeof(report.step) - 1);
    send(report);
}

bool keeper::start(keeper_descriptors descriptors) {
    std::optional<launch_spec> spec = read_spec(descriptors.spec.get());
    if (!spec) {
        report_failure("reading the launch", EPROTO);
        return false;
    }
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        report_failure("pipe2", errno);
        return false;
    }
    exec_result_.reset(ends[0]);
    const owned_descriptor failures(ends[1]);
    server_surroundings surroundings;
    surroundings.keeper_pid = ::getpid();
    surroundings.output = descriptors.output.get();
    surroundings.failures = failures.get();
    for (const owned_descriptor& listener : descriptors.listeners) {
        surroundings.listeners.push_back(listener.get());
    }
    launch_image image(std::move(*spec), surroundings.listeners.size());
    server_ = ::fork();
    if (server_ == 0) {
        become_server(image, surroundings);
    }
    if (server_ < 0) {
        report_failure("fork", errno);
        return false;
    }
    pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, server_, 0)));
    if (!pidfd_.is_open()) {
        report_failure("pidfd_open", errno);
        return false;
    }
    return true;
}

int keeper::run() {
    while (!exit_code_) {
        // A closed descriptor is negative, and poll(2) skips negative ones.
        pollfd watched[] = {{signals_.get(), POLLIN, 0},
                            {exec_result_.get(), POLLIN, 0},
                            {harness_gone_ ? -1 : channel_.get(), POLLIN, 0}};
        const int ready =
            ::poll(watched, std::size(watched), end_deadline_ns_ ? kill_round_ms : -1);
        if (ready < 0 && errno != EINTR) {
            return EXIT_FAILURE;  // the server has a parent-death signal
        }
        if (ready > 0 && watched[1].revents != 0) {
            read_exec_result();
        }
        if (ready > 0 && watched[0].revents != 0) {
            read_signals();
        }
        if (ready > 0 && watched[2].revents != 0) {
            read_request();
        }
        if (end_deadline_ns_) {
            end_round();
        }
    }
    return *exit_code_;
}

void keeper::read_exec_result() {
    step_failure failure;
    ssize_t count = -1;
    do {
        count = ::read(exec_result_.get(), &failure, sizeof(failure));
    } while (count < 0 && errno == EINTR);
    exec_result_.reset();
    keeper_report report;
    if (count == sizeof(failure)) {
        report.kind = report_kind::launch_failed;
        report.number = failure.error;
        std::memcpy(report.step, failure.step, sizeof(report.step));
    } else {
        server_runs_ = true;  // exec closed the other end
        report.kind = report_kind::started;
    }
    send(report);
}

void keeper::read_signals() {
    signalfd_siginfo signals[16];
    // Several SIGCHLD may be merged into one, so only reap() counts.
    while (::read(signals_.get(), signals, sizeof(signals)) > 0) {
    }
    reap();
}

void keeper::reap() {
    for (;;) {
        int status = 0;
        rusage usage{};
        const pid_t pid = ::wait4(-1, &status, WNOHANG, &usage);
        if (pid <= 0) {
            return;
        }
        if (pid == server_) {
            report_exit(status, usage);
        }
    }
}

void keeper::report_exit(int status, const rusage& usage) {
    const std::int64_t at_ns = now_ns();
    if (exec_result_.is_open()) {
        read_exec_result();  // does not block: the only writer has just ended
    }
    if (!server_runs_) {
        return;  // the launch failed, which the harness knows
    }
    server_runs_ = false;
    keeper_report report;
    report.kind = report_kind::exited;
    report.number = status;
    report.at_ns = at_ns;
    report.cpu_ns = to_ns(usage.ru_utime) + to_ns(usage.ru_stime);
    send(report);
}

void keeper::read_request() {
    end_tree_request request;
    const received_message message = receive_message(
        channel_.get(), std::as_writable_bytes(std::span(&request, 1)), receive_mode::at_once);
    if (message.error == EAGAIN) {
        return;
    }
    if (message.error == 0 && message.bytes_count == sizeof(request)) {
        end_deadline_ns_ = request.deadline_ns;
        return;
    }
    harness_gone_ = true;
    end_deadline_ns_ = now_ns() + abandoned_ns;
}

// Kills and reaps once. ECHILD is the proof that nothing is left: every orphan of the tree becomes
// a child of this subreaper.
void keeper::end_round() {
    const std::vector<pid_t> live = descendants(::getpid());
    for (const pid_t pid : live) {
        ::kill(pid, SIGKILL);  // ESRCH: it was faster; EPERM shows as a survivor
    }
    reap();
    const bool none_left = ::waitid(P_ALL, 0, nullptr, WEXITED | WNOHANG | WNOWAIT) != 0;
    if (!none_left && now_ns() < *end_deadline_ns_) {
        return;
    }
    end_deadline_ns_.reset();
    keeper_report report;
    report.kind = report_kind::tree_ended;
    report.number = none_left ? 0 : std::max(static_cast<int>(live.size()), 1);
    send(report);
    if (none_left || harness_gone_) {
        exit_code_ = none_left ? EXIT_SUCCESS : EXIT_FAILURE;
    }
}

}  // namespace

owned_descriptor take_signals() {
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP}) {
        ::signal(number, SIG_IGN);  // fails only for numbers that do not exist
    }
    ::signal(SIGCHLD, SIG_DFL);  // an inherited SIG_IGN would reap children behind our back
    sigset_t read_by_descriptor;
    ::sigemptyset(&read_by_descriptor);
    ::sigaddset(&read_by_descriptor, SIGCHLD);
    if (::sigprocmask(SIG_SETMASK, &read_by_descriptor, nullptr) != 0) {
        return owned_descriptor();
    }
    return owned_descriptor(::signalfd(-1, &read_by_descriptor, SFD_NONBLOCK | SFD_CLOEXEC));
}

int keeper_main(keeper_descriptors descriptors) {
    ::prctl(PR_SET_NAME, "stormd-keeper");  // only for ps(1)
    owned_descriptor signals = take_signals();
    const int signals_error = signals.is_open() ? 0 : errno;
    keeper self(std::move(descriptors.channel), std::move(signals));
    if (signals_error != 0) {
        self.report_failure("signalfd", signals_error);
        return EXIT_FAILURE;
    }
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        self.report_failure("prctl(PR_SET_CHILD_SUBREAPER)", errno);
        return EXIT_FAILURE;
    }
    // A statement of its own: the parameter lives until the end of the full expression, and a
    // keeper that still held the server's output would keep it from ending.
    const bool started = self.start(std::move(descriptors));
    return started ? self.run() : EXIT_FAILURE;
}

}  // namespace stormdrain
