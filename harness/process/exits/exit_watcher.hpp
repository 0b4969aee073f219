#pragma once
// The keeper's watch over the exits of its tree: answers the calls that the seccomp filter holds
// back, and on demand traces the server for its death by signal. Whoever exits is looked at before
// it may go on.

#include "harness/process/census/socket_table.hpp"
#include "harness/process/exits/exit_trace.hpp"
#include "harness/process/exits/process_end.hpp"
#include "harness/process/exits/syscall_watch.hpp"
#include "harness/process/launch/keeper_protocol.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace stormdrain {

// A report of kind `ended`, with the memory file that holds the encoded process_facts.
struct witnessed_end {
    keeper_report report;
    owned_descriptor facts;
};

class exit_watcher {
public:
    // More processes than this ending with a server are beyond what anybody reads.
    static constexpr std::size_t ends_max = 1024;

    void listen(owned_descriptor listener) { calls_ = syscall_watch(std::move(listener)); }
    // Where the server serves.
    void set_ports(std::vector<std::uint16_t> ports) { ports_ = std::move(ports); }
    // Until then only the server itself is looked at: helpers come and go while it works.
    void watch_tree() {
        watches_tree_ = true;
        ended_.clear();  // numbers are given anew
    }
    // For poll(2); negative: nothing to watch.
    int descriptor() const { return calls_.descriptor(); }

    // While there is time: so that no server waits for it at its exit.
    void prepare();

    // Answers the calls that wait.
    std::vector<witnessed_end> answer_calls(pid_t server);

    void fail_accepts(std::uint32_t skip, std::uint32_t times, int error);
    std::uint32_t failed_accepts_count() const { return failed_accepts_count_; }

    exit_trace& trace() { return trace_; }
    // To be called when take() of the trace said `exiting`.
    std::optional<witnessed_end> at_traced_exit(pid_t server);

    // From now on the tree is being killed: nobody is looked at any more.
    void stop_looking() { looking_ = false; }

private:
    std::optional<witnessed_end> look(pid_t process, pid_t thread, pid_t server);
    process_facts read_facts(pid_t process, pid_t thread);
    bool fails_now();

    syscall_watch calls_;
    exit_trace trace_;
    std::unique_ptr<socket_table> sockets_;
    std::set<pid_t> ended_;  // several threads of a process may call exit_group(2)
    std::vector<std::uint16_t> ports_;
    bool looking_ = true;
    bool watches_tree_ = false;
    std::uint32_t accepts_to_skip_ = 0;
    std::uint32_t accepts_to_fail_ = 0;
    int accept_error_ = 0;
    std::uint32_t failed_accepts_count_ = 0;
};

}  // namespace stormdrain
