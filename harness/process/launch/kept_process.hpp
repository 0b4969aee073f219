#pragma once
// server_process over the channel to its keeper. Reports are read by whoever waits: there is no
// task in the background, so nothing has to be joined.

#include "harness/process/exits/end_time.hpp"
#include "harness/process/launch/descriptor_passing.hpp"
#include "harness/process/launch/idle_keepers.hpp"
#include "harness/process/launch/keeper_protocol.hpp"
#include "harness/process/launch/server_process.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <memory>
#include <string>

namespace stormdrain {

class kept_process final : public server_process {
public:
    // The keeper goes to `idle` when its tree has ended.
    kept_process(const boost::asio::any_io_executor& executor, owned_descriptor channel,
                 std::string program, std::shared_ptr<idle_keepers> idle);
    ~kept_process() override;

    boost::asio::awaitable<std::optional<launch_failure>> started(time_point deadline) override;
    pid_t pid() const override { return pid_; }
    pid_t keeper_pid() const override { return keeper_pid_; }
    const std::optional<exit_report>& exit() const override { return exit_; }
    boost::asio::awaitable<std::optional<exit_report>> exited(time_point deadline) override;
    boost::system::error_code send_signal(int number) override;
    const exit_watch& watch() const override { return watch_; }
    boost::asio::awaitable<boost::system::error_code> trace(time_point deadline) override;
    boost::asio::awaitable<boost::system::error_code> stop_tracing(time_point deadline) override;
    void watch_tree() override;
    std::vector<process_end> take_ends() override;
    boost::system::error_code fail_accepts(const accept_failure& how) override;
    std::uint32_t failed_accepts_count() override;
    std::vector<pid_t> tree() const override;
    boost::asio::awaitable<bool> end_tree(time_point deadline) override;

private:
    enum class wait_result { report_or_end, deadline_passed };

    bool has_ended() const;
    int ask(const keeper_request& request);
    // Applies every report that is there, without waiting, and wakes all who wait for one.
    void take_reports();
    void read_reports();
    void apply(const keeper_report& report, std::vector<owned_descriptor> descriptors);
    void apply_start(const keeper_report& report);
    void apply_end(const keeper_report& report, const std::vector<owned_descriptor>& descriptors);
    // One request after the other.
    boost::asio::awaitable<boost::system::error_code> ask_and_wait(request_kind what,
                                                                   report_kind answer,
                                                                   time_point deadline);
    // Waits until there is something to take, then takes it.
    boost::asio::awaitable<wait_result> wait_for_report(time_point deadline);
    // Throws environment_error when no report can come any more.
    void require_keeper() const;

    boost::asio::posix::stream_descriptor channel_;
    std::string program_;  // for messages
    std::shared_ptr<idle_keepers> idle_;
    owned_descriptor pidfd_;
    pid_t pid_ = 0;
    pid_t keeper_pid_ = 0;
    bool running_ = false;  // exec succeeded, now or earlier
    bool channel_ended_ = false;
    std::uint64_t reports_count_ = 0;
    std::string keeper_failure_;
    std::optional<launch_failure> launch_failure_;
    std::optional<exit_report> exit_;
    exit_watch watch_;
    std::vector<process_end> ends_;
    end_time end_;
    std::uint32_t failed_accepts_count_ = 0;
    std::optional<report_kind> awaited_;
    std::optional<int> answer_;     // to the last request: an errno
    std::optional<int> survivors_;  // of the last attempt to end the tree
};

}  // namespace stormdrain
