#include "harness/process/launch/tree_keeper.hpp"

#include "harness/process/census/process_tree.hpp"
#include "harness/process/launch/become_server.hpp"
#include "harness/process/launch/descriptor_passing.hpp"
#include "harness/process/launch/memory_file.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

// Between two rounds of SIGKILL. The exits themselves wake the keeper sooner.
constexpr int kill_round_ms = 20;
// A server that starts needs the CPU more than its keeper does.
constexpr int idle_ms = 5;
// With nobody left to ask, the keeper tries this long before it leaves the rest to init. Only a
// process in uninterruptible sleep lasts that long.
constexpr std::int64_t abandoned_ns = 30'000'000'000;

std::int64_t to_ns(const timeval& time) {
    return time.tv_sec * 1'000'000'000 + time.tv_usec * 1'000;
}

std::optional<launch_spec> read_spec(int file) {
    const std::optional<std::string> bytes = read_memory_file(file, encoded_spec_bytes_max);
    return bytes ? decode(*bytes) : std::nullopt;
}

}  // namespace

void tree_keeper::send(keeper_report report, const owned_descriptor* with) {
    report.keeper_pid = ::getpid();
    report.server_pid = server_;
    const int descriptor = with != nullptr ? with->get() : -1;
    // An error means that the harness is gone: poll(2) tells that too, and the tree ends then.
    [[maybe_unused]] const int error =
        send_struct(means_.channel.get(), report, std::span(&descriptor, descriptor < 0 ? 0U : 1U));
}

bool tree_keeper::start(launch_parts parts) {
    std::optional<launch_spec> spec = read_spec(parts.spec.get());
    if (!spec) {
        send(keeper_failure("reading the launch", EPROTO));
        return false;
    }
    watcher_.set_ports(spec->ports);
    server_descriptors own;
    own.input = parts.input.get();
    own.output = parts.output.get();
    for (const owned_descriptor& listener : parts.listeners) {
        own.listeners.push_back(listener.get());
    }
    forked_server forked = fork_server(std::move(*spec), std::move(own));
    server_ = forked.pid;
    pidfd_ = std::move(forked.handle);
    steps_ = std::move(forked.steps);
    if (forked.failed_step != nullptr) {
        send(keeper_failure(forked.failed_step, forked.error));
    }
    return forked.failed_step == nullptr;
}

keeping_end tree_keeper::run() {
    while (!end_) {
        // A closed descriptor is negative, and poll(2) skips negative ones.
        std::array<pollfd, 4> watched{{{means_.signals.get(), POLLIN, 0},
                                       {steps_.get(), POLLIN, 0},
                                       {harness_gone_ ? -1 : means_.channel.get(), POLLIN, 0},
                                       {watcher_.descriptor(), POLLIN, 0}}};
        const int ready = ::poll(watched.data(), watched.size(), wait_ms());
        if (ready < 0 && errno != EINTR) {
            return keeping_end::failed;  // the server has a parent-death signal
        }
        if (ready > 0) {
            handle(watched);
        } else if (ready == 0 && std::exchange(is_to_prepare_, false)) {
            watcher_.prepare();
            means_.has_looked = true;
        }
        if (end_deadline_ns_) {
            end_round();
        }
    }
    return *end_;
}

int tree_keeper::wait_ms() const {
    if (end_deadline_ns_) {
        return kill_round_ms;
    }
    return is_to_prepare_ ? idle_ms : -1;
}

void tree_keeper::handle(std::span<const pollfd> watched) {
    if (watched[1].revents != 0) {
        read_steps();
    }
    if (watched[3].revents != 0) {
        answer_calls();
    }
    if (watched[0].revents != 0) {
        read_signals();
    }
    if (watched[2].revents != 0) {
        read_request();
    }
}

// Everything that is there; the end of it is the exec, or follows a failed step.
void tree_keeper::read_steps() {
    while (steps_.is_open()) {
        step_message step;
        received_message message = receive_message(
            steps_.get(), std::as_writable_bytes(std::span(&step, 1)), receive_mode::at_once);
        if (message.error == EAGAIN) {
            return;
        }
        if (message.error != 0 || message.bytes_count != sizeof(step)) {
            end_of_steps();
            return;
        }
        take_step(step, std::move(message.descriptors));
    }
}

void tree_keeper::take_step(const step_message& step, std::vector<owned_descriptor> descriptors) {
    if (step.kind == step_kind::filter) {
        filter_error_ = step.error;
        if (!descriptors.empty()) {
            watcher_.listen(std::move(descriptors.front()));
        }
        return;
    }
    launch_failed_ = true;
    keeper_report report;
    report.kind = report_kind::launch_failed;
    report.number = step.error;
    std::memcpy(report.step, step.step, sizeof(report.step));
    send(report);
}

void tree_keeper::end_of_steps() {
    steps_.reset();
    if (launch_failed_) {
        return;
    }
    server_runs_ = true;  // exec closed the other end
    keeper_report report;
    report.kind = report_kind::started;
    report.number = filter_error_;
    send(report, &pidfd_);
    is_to_prepare_ = watcher_.descriptor() >= 0 && !means_.has_looked;
}

void tree_keeper::answer_calls() {
    const std::uint32_t failed_before = watcher_.failed_accepts_count();
    for (const witnessed_end& end : watcher_.answer_calls(server_)) {
        send(end.report, &end.facts);
    }
    if (watcher_.failed_accepts_count() != failed_before) {
        keeper_report report;
        report.kind = report_kind::accepts_failed;
        report.number = static_cast<std::int32_t>(watcher_.failed_accepts_count());
        send(report);
    }
}

void tree_keeper::read_signals() {
    signalfd_siginfo signals[16];
    // Several SIGCHLD may be merged into one, so only reap() counts.
    while (::read(means_.signals.get(), signals, sizeof(signals)) > 0) {
    }
    reap();
}

void tree_keeper::reap() {
    for (;;) {
        int status = 0;
        rusage usage{};
        const pid_t pid = ::wait4(-1, &status, WNOHANG, &usage);
        if (pid <= 0) {
            return;
        }
        if (WIFSTOPPED(status)) {
            take_stop(pid, status);
        } else if (pid == server_) {
            watcher_.trace().take(pid, status);
            report_exit(status, usage);
        }
    }
}

void tree_keeper::take_stop(pid_t pid, int status) {
    const exit_trace::meaning meaning = watcher_.trace().take(pid, status);
    if (meaning == exit_trace::meaning::exiting) {
        if (const std::optional<witnessed_end> end = watcher_.at_traced_exit(server_)) {
            send(end->report, &end->facts);
        }
    } else if (meaning == exit_trace::meaning::released) {
        keeper_report report;
        report.kind = report_kind::untraced;
        send(report);
    }
}

void tree_keeper::report_exit(int status, const rusage& usage) {
    const std::int64_t at_ns = monotonic_ns();
    read_steps();  // to their end: the only writer is gone
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

void tree_keeper::read_request() {
    keeper_request request;
    const received_message message =
        receive_message(means_.channel.get(), std::as_writable_bytes(std::span(&request, 1)),
                        receive_mode::at_once);
    if (message.error == EAGAIN) {
        return;
    }
    if (message.error == 0 && message.bytes_count == sizeof(request)) {
        obey(request);
        return;
    }
    harness_gone_ = true;
    watcher_.stop_looking();
    end_deadline_ns_ = monotonic_ns() + abandoned_ns;
}

void tree_keeper::obey(const keeper_request& request) {
    keeper_report report;
    switch (request.kind) {
        case request_kind::end_tree:
            watcher_.stop_looking();
            end_deadline_ns_ = request.deadline_ns;
            return;
        case request_kind::trace:
            report.kind = report_kind::traced;
            report.number = server_runs_ ? watcher_.trace().begin(server_) : ESRCH;
            send(report);
            return;
        case request_kind::stop_tracing:
            report.kind = report_kind::untraced;
            if (!watcher_.trace().end()) {
                send(report);  // otherwise at its next stop
            }
            return;
        case request_kind::watch_tree:
            watcher_.watch_tree();
            return;
        case request_kind::fail_accepts:
            watcher_.fail_accepts(request.skip, request.times, request.error);
            return;
    }
}

// Kills and reaps once. ECHILD is the proof that nothing is left: every orphan of the tree becomes
// a child of this subreaper.
void tree_keeper::end_round() {
    const std::vector<pid_t> live = descendants(::getpid());
    for (const pid_t pid : live) {
        ::kill(pid, SIGKILL);  // ESRCH: it was faster; EPERM shows as a survivor
    }
    reap();
    const bool none_left = ::waitid(P_ALL, 0, nullptr, WEXITED | WNOHANG | WNOWAIT) != 0;
    if (!none_left && monotonic_ns() < *end_deadline_ns_) {
        return;
    }
    end_deadline_ns_.reset();
    keeper_report report;
    report.kind = report_kind::tree_ended;
    report.number = none_left ? 0 : std::max(static_cast<int>(live.size()), 1);
    send(report);
    if (harness_gone_) {
        end_ = none_left ? keeping_end::harness_gone : keeping_end::failed;
    } else if (none_left) {
        end_ = keeping_end::tree_ended;
    }
}

}  // namespace stormdrain
