#include "harness/process/launch/kept_process.hpp"

#include "harness/base/deadline.hpp"
#include "harness/base/environment_error.hpp"
#include "harness/process/census/census_codec.hpp"
#include "harness/process/census/process_tree.hpp"
#include "harness/process/launch/memory_file.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace stormdrain {
namespace {

namespace asio = boost::asio;

time_point to_time_point(std::int64_t monotonic_ns) {
    return time_point(std::chrono::duration_cast<duration>(std::chrono::nanoseconds(monotonic_ns)));
}

boost::system::error_code system_error(int number) {
    return {number, boost::system::system_category()};
}

}  // namespace

kept_process::kept_process(const asio::any_io_executor& executor, owned_descriptor channel,
                           std::string program, std::shared_ptr<idle_keepers> idle)
    : channel_(executor, channel.release()), program_(std::move(program)), idle_(std::move(idle)) {}

kept_process::~kept_process() {
    if (has_ended()) {
        idle_->give(owned_descriptor(channel_.release()));
    }
}

// Nothing more comes then, and nothing may be asked for: the keeper waits for another launch.
bool kept_process::has_ended() const {
    return survivors_ == 0 && !channel_ended_;
}

void kept_process::take_reports() {
    const std::uint64_t before = reports_count_;
    read_reports();
    if (reports_count_ != before) {
        // Others who wait may have begun to after the data came, and before it was taken here: no
        // readiness would ever wake them.
        boost::system::error_code nobody_waits;
        channel_.cancel(nobody_waits);
    }
}

void kept_process::read_reports() {
    while (!channel_ended_) {
        keeper_report report;
        received_message message =
            receive_message(channel_.native_handle(), std::as_writable_bytes(std::span(&report, 1)),
                            receive_mode::at_once);
        if (message.error == EAGAIN) {
            return;
        }
        ++reports_count_;  // the end of the channel is news as well
        if (message.error != 0 || message.bytes_count != sizeof(report)) {
            channel_ended_ = true;
            return;
        }
        apply(report, std::move(message.descriptors));
    }
}

void kept_process::apply(const keeper_report& report, std::vector<owned_descriptor> descriptors) {
    keeper_pid_ = report.keeper_pid;
    switch (report.kind) {
        case report_kind::started:
            apply_start(report);
            if (!descriptors.empty()) {
                pidfd_ = std::move(descriptors.front());
            }
            break;
        case report_kind::launch_failed:
            launch_failure_ = launch_failure{report.step, system_error(report.number)};
            break;
        case report_kind::keeper_failed:
            keeper_failure_ = std::string(report.step) + ": " + std::strerror(report.number);
            break;
        case report_kind::exited: {
            exit_report ended;
            ended.status.native = report.number;
            ended.at = to_time_point(end_.at(report.at_ns));
            ended.cpu_time =
                std::chrono::duration_cast<duration>(std::chrono::nanoseconds(report.cpu_ns));
            exit_ = ended;
            break;
        }
        case report_kind::tree_ended:
            survivors_ = report.number;
            break;
        case report_kind::ended:
            apply_end(report, descriptors);
            break;
        case report_kind::traced:
        case report_kind::untraced:
            // One that comes too late is no answer to what was asked since.
            if (awaited_ == report.kind) {
                answer_ = report.number;
            }
            break;
        case report_kind::accepts_failed:
            failed_accepts_count_ = static_cast<std::uint32_t>(report.number);
            break;
    }
}

void kept_process::apply_start(const keeper_report& report) {
    pid_ = report.server_pid;
    running_ = true;
    watch_.by_seccomp = report.number == 0;
    if (report.number == no_filter_wanted) {
        watch_.seccomp_missing = "not asked for";
    } else if (report.number != 0) {
        watch_.seccomp_missing = std::string("seccomp: ") + std::strerror(report.number);
    }
}

void kept_process::apply_end(const keeper_report& report,
                             const std::vector<owned_descriptor>& descriptors) {
    const std::optional<std::string> bytes =
        descriptors.empty() ? std::nullopt
                            : read_memory_file(descriptors.front().get(), encoded_facts_bytes_max);
    std::optional<process_facts> facts = bytes ? decode_process_facts(*bytes) : std::nullopt;
    if (!facts) {
        return;  // no memory in the keeper: the end was not witnessed, and nothing is said of it
    }
    process_end end;
    end_.looked_ns += report.looked_ns;
    if (facts->pid == pid_) {
        end_.asked_ns = report.at_ns;
    }
    end.at = to_time_point(report.at_ns);
    end.seen_by = static_cast<exit_witness>(report.witness);
    end.status.native = report.number;
    end.held = std::move(*facts);
    ends_.push_back(std::move(end));
}

int kept_process::ask(const keeper_request& request) {
    if (has_ended()) {
        return ESRCH;
    }
    return send_struct(channel_.native_handle(), request);
}

asio::awaitable<kept_process::wait_result> kept_process::wait_for_report(time_point deadline) {
    const std::uint64_t before_wait = reports_count_;
    const transfer woken = co_await before(
        deadline, channel_.async_wait(asio::posix::stream_descriptor::wait_read, asio::deferred));
    const bool in_time = woken.error != asio::error::timed_out;
    // Without news, this coroutine was cancelled; with news, its next wait says so.
    if (woken.error && in_time && reports_count_ == before_wait) {
        throw boost::system::system_error(woken.error);
    }
    // Also when the deadline passed: a harness that was starved must not miss what was in time.
    take_reports();
    co_return in_time ? wait_result::report_or_end : wait_result::deadline_passed;
}

void kept_process::require_keeper() const {
    if (!keeper_failure_.empty()) {
        throw environment_error("cannot launch " + program_ + ": " + keeper_failure_);
    }
    if (channel_ended_) {
        throw environment_error("the keeper of " + program_ + " is gone (process " +
                                std::to_string(keeper_pid_) + ")");
    }
}

asio::awaitable<std::optional<launch_failure>> kept_process::started(time_point deadline) {
    take_reports();
    while (!running_ && !launch_failure_) {
        require_keeper();
        const wait_result waited = co_await wait_for_report(deadline);
        if (waited == wait_result::deadline_passed && !running_ && !launch_failure_) {
            co_return launch_failure{"execve", asio::error::timed_out};
        }
    }
    co_return launch_failure_;
}

asio::awaitable<std::optional<exit_report>> kept_process::exited(time_point deadline) {
    take_reports();
    while (!exit_ && !launch_failure_) {
        require_keeper();
        const wait_result waited = co_await wait_for_report(deadline);
        if (waited == wait_result::deadline_passed) {
            break;
        }
    }
    co_return exit_;
}

boost::system::error_code kept_process::send_signal(int number) {
    if (!pidfd_.is_open()) {
        return system_error(ESRCH);
    }
    if (::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0) != 0) {
        return system_error(errno);
    }
    return {};
}

asio::awaitable<boost::system::error_code> kept_process::trace(time_point deadline) {
    co_return co_await ask_and_wait(request_kind::trace, report_kind::traced, deadline);
}

asio::awaitable<boost::system::error_code> kept_process::stop_tracing(time_point deadline) {
    co_return co_await ask_and_wait(request_kind::stop_tracing, report_kind::untraced, deadline);
}

void kept_process::watch_tree() {
    take_reports();
    end_.looked_ns = 0;
    end_.watched_ns = monotonic_ns();
    keeper_request request;
    request.kind = request_kind::watch_tree;
    ask(request);  // an error means that the keeper is gone, which the wait for the exit finds out
}

asio::awaitable<boost::system::error_code> kept_process::ask_and_wait(request_kind what,
                                                                      report_kind answer,
                                                                      time_point deadline) {
    take_reports();
    answer_.reset();
    awaited_ = answer;
    keeper_request request;
    request.kind = what;
    ask(request);  // an error means that the keeper is gone, which the wait finds out
    while (!answer_ && !exit_ && !channel_ended_) {
        const wait_result waited = co_await wait_for_report(deadline);
        if (waited == wait_result::deadline_passed) {
            break;
        }
    }
    if (answer_) {
        co_return *answer_ == 0 ? boost::system::error_code() : system_error(*answer_);
    }
    co_return exit_ || channel_ended_ ? system_error(ESRCH)
                                      : boost::system::error_code(asio::error::timed_out);
}

std::vector<process_end> kept_process::take_ends() {
    take_reports();
    return std::exchange(ends_, {});
}

boost::system::error_code kept_process::fail_accepts(const accept_failure& how) {
    if (!watch_.by_seccomp) {
        return system_error(ENOSYS);
    }
    keeper_request request;
    request.kind = request_kind::fail_accepts;
    request.skip = how.skip;
    request.times = how.times;
    request.error = how.error;
    const int error = ask(request);
    return error == 0 ? boost::system::error_code() : system_error(error);
}

std::uint32_t kept_process::failed_accepts_count() {
    take_reports();
    return failed_accepts_count_;
}

std::vector<pid_t> kept_process::tree() const {
    // Once the tree ended its keeper is gone, too, or keeps another.
    const bool ended = channel_ended_ || survivors_ == 0;
    return keeper_pid_ == 0 || ended ? std::vector<pid_t>() : descendants(keeper_pid_);
}

asio::awaitable<bool> kept_process::end_tree(time_point deadline) {
    take_reports();
    if (survivors_ == 0) {
        co_return true;
    }
    survivors_.reset();
    keeper_request request;
    request.deadline_ns =
        std::chrono::duration_cast<std::chrono::nanoseconds>(deadline.time_since_epoch()).count();
    // An error means that the keeper is gone, which the wait below finds out by itself.
    ask(request);
    while (!survivors_ && !channel_ended_) {
        const wait_result waited = co_await wait_for_report(deadline);
        if (waited == wait_result::deadline_passed) {
            break;
        }
    }
    // Without its keeper the tree is out of reach: there is nothing left to be ended from here.
    co_return survivors_ ? survivors_ == 0 : channel_ended_;
}

}  // namespace stormdrain
