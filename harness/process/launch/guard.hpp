#pragma once
// The harness' launcher and safety net: one small process, started first, that forks keepers. A
// keeper is the parent and subreaper of one server at a time; when the harness dies, whatever the
// way, the keeper reads end-of-file on its channel, kills the whole tree and ends. One whose tree
// has ended is asked to keep the next: a fork less, and nothing of its code to be mapped anew.
//
//   harness ──socket──> guard ──fork──> keeper ──fork, exec──> server ──> its children
//      └────────────── one channel a keeper ───────┘

#include "harness/base/time.hpp"
#include "harness/process/launch/launch_spec.hpp"
#include "harness/process/launch/server_process.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace stormdrain {

// Runs the guard's side and returns its exit code: for main() when argv[1] is guard_argument.
int guard_main();
inline constexpr const char* guard_argument = "__guard";

// Descriptors that the server gets; all others of the harness stay closed to it.
struct launch_descriptors {
    int input = -1;   // becomes stdin; -1: /dev/null
    int output = -1;  // becomes stdout and stderr
    std::vector<int>
        listeners;  // become 3, 4, ... with LISTEN_FDS and LISTEN_PID (sd_listen_fds(3))
};

class guard {
public:
    // Starts the guard process from this very executable. Throws environment_error.
    guard();
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;
    // Ends the guard process. Trees whose server_process is gone have ended by then, and so has
    // what a killed keeper left.
    ~guard();

    pid_t pid() const;

    // Thread-safe. Throws environment_error when the guard is gone, std::invalid_argument for a
    // spec that execve(2) cannot express.
    std::unique_ptr<server_process> launch(const boost::asio::any_io_executor& executor,
                                           const launch_spec& spec,
                                           const launch_descriptors& descriptors);

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace stormdrain
