#pragma once
// One started server: its exit, its signals and its tree, through its keeper and a pidfd. The pid
// is never reused while this object lives, because the keeper tells the exit and holds the tree.

#include "harness/base/time.hpp"
#include "harness/process/exit_status.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

struct exit_report {
    exit_status status;
    time_point at;        // when the keeper reaped it
    duration cpu_time{};  // of the process and its reaped children (wait4(2))
};

struct launch_failure {
    std::string step;  // "execve", "chdir", "setrlimit(RLIMIT_NOFILE)", ...
    boost::system::error_code error;
};

class server_process {
public:
    virtual ~server_process() = default;

    // Waits for exec: nothing when the program runs, the failure otherwise.
    virtual boost::asio::awaitable<std::optional<launch_failure>> started(time_point deadline) = 0;

    virtual pid_t pid() const = 0;
    virtual pid_t keeper_pid() const = 0;
    // Known once exited() delivered it.
    virtual const std::optional<exit_report>& exit() const = 0;

    // Waits for the exit of the started process itself (not of its children).
    virtual boost::asio::awaitable<std::optional<exit_report>> exited(time_point deadline) = 0;

    // To the started process; "no such process" once it ended. Through the pidfd.
    virtual boost::system::error_code send_signal(int number) = 0;

    // Live processes of the tree without the keeper: the server, its children, whoever was
    // re-parented to the keeper. Zombies are left out.
    virtual std::vector<pid_t> tree() const = 0;

    // Kills and reaps whatever is left of the tree. Returns false when something survived until
    // the deadline (a process in uninterruptible sleep). Never throws environment_error: without a
    // keeper nothing can be ended any more, and the guard sees to what is left.
    virtual boost::asio::awaitable<bool> end_tree(time_point deadline) = 0;
};

}  // namespace stormdrain
