#pragma once
// One started server: its exit, its signals and its tree, through its keeper and a pidfd. The pid
// is never reused while this object lives, because the keeper tells the exit and holds the tree.

#include "harness/base/time.hpp"
#include "harness/process/exits/exit_status.hpp"
#include "harness/process/exits/process_end.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

struct exit_report {
    exit_status status;
    time_point at;        // when the keeper reaped it, less the time for which exits were held back
    duration cpu_time{};  // of the process and its reaped children (wait4(2))
};

struct launch_failure {
    std::string step;  // "execve", "chdir", "setrlimit(RLIMIT_NOFILE)", ...
    boost::system::error_code error;
};

// How the tree's exits can be seen, and why not better.
struct exit_watch {
    bool by_seccomp = false;
    std::string seccomp_missing;  // "seccomp: Device or resource busy"
};

// Makes accept(2) fail: after `skip` calls that go on, `times` calls end with `error`.
struct accept_failure {
    std::uint32_t skip = 0;
    std::uint32_t times = 1;
    int error = 0;  // EMFILE, ECONNABORTED, ...
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

    // Known once started() said that the program runs.
    virtual const exit_watch& watch() const = 0;
    // From now on also deaths by signal of the started process are witnessed, by ptrace(2). An
    // error when the kernel refuses. Stop it before anything else traces the process.
    virtual boost::asio::awaitable<boost::system::error_code> trace(time_point deadline) = 0;
    virtual boost::asio::awaitable<boost::system::error_code> stop_tracing(time_point deadline) = 0;
    // To be called as the stop is triggered: from now on the ends of all processes of the tree are
    // witnessed, not the server's alone, and what the looks at them cost is not its time.
    virtual void watch_tree() = 0;
    // The ends witnessed since the last call, oldest first. Does not wait: once exited() told of
    // the exit, that of the started process is among them.
    virtual std::vector<process_end> take_ends() = 0;

    // Begins to make accept(2) fail; needs launch_spec::accept_trap. Replaces what was asked for
    // before. An error when the server was started without it.
    virtual boost::system::error_code fail_accepts(const accept_failure& how) = 0;
    // How many calls were made to fail so far.
    virtual std::uint32_t failed_accepts_count() = 0;

    // Live processes of the tree without the keeper: the server, its children, whoever was
    // re-parented to the keeper. Zombies are left out.
    virtual std::vector<pid_t> tree() const = 0;

    // Kills and reaps whatever is left of the tree. Returns false when something survived until
    // the deadline (a process in uninterruptible sleep). Never throws environment_error: without a
    // keeper nothing can be ended any more, and the guard sees to what is left.
    virtual boost::asio::awaitable<bool> end_tree(time_point deadline) = 0;
};

}  // namespace stormdrain
