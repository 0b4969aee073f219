#pragma once
// Keeps one server and its tree: starts it, reports its life, adopts its orphans, and ends the
// whole tree when it is told to or when the harness is gone. In a keeper's process.

#include "harness/process/exits/exit_watcher.hpp"
#include "harness/process/launch/keeper_protocol.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace stormdrain {

// What a keeper has for all the trees that it keeps, one after the other.
struct keeper_means {
    owned_descriptor channel;  // SOCK_SEQPACKET to the harness
    owned_descriptor signals;  // signalfd(2) of SIGCHLD
    bool has_looked = false;   // at any process: the code for it is mapped and bound
};

enum class keeping_end {
    tree_ended,    // all of it, as the harness wished: the keeper may keep another
    harness_gone,  // and the tree with it
    failed,        // something survived, or the kernel refuses to tell of events
};

class tree_keeper {
public:
    explicit tree_keeper(keeper_means& means) : means_(means) {}
    tree_keeper(const tree_keeper&) = delete;
    tree_keeper& operator=(const tree_keeper&) = delete;

    // False when there is nothing to keep; the harness knows why.
    bool start(launch_parts parts);
    keeping_end run();

private:
    void send(keeper_report report, const owned_descriptor* with = nullptr);
    int wait_ms() const;
    void handle(std::span<const pollfd> watched);
    void read_steps();
    void take_step(const step_message& step, std::vector<owned_descriptor> descriptors);
    void end_of_steps();
    void read_signals();
    void read_request();
    void obey(const keeper_request& request);
    void answer_calls();
    void reap();
    void take_stop(pid_t pid, int status);
    void report_exit(int status, const rusage& usage);
    void end_round();

    keeper_means& means_;
    owned_descriptor steps_;  // from the server's process, until exec
    owned_descriptor pidfd_;
    exit_watcher watcher_;
    int filter_error_ = no_filter_wanted;
    bool launch_failed_ = false;
    bool is_to_prepare_ = false;
    pid_t server_ = 0;
    bool server_runs_ = false;  // exec succeeded
    bool harness_gone_ = false;
    std::optional<std::int64_t> end_deadline_ns_;  // set while the tree is being ended
    std::optional<keeping_end> end_;
};

}  // namespace stormdrain
