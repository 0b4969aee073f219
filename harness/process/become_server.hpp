#pragma once
// The last steps of a process before it is the server: what runs between fork(2) and execve(2).

#include "harness/process/keeper_protocol.hpp"
#include "harness/process/launch_spec.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace stormdrain {

// argv and the environment as execve(2) wants them, made before fork so that the child only
// touches what is there.
class launch_image {
public:
    launch_image(launch_spec spec, std::size_t listeners_count);
    launch_image(const launch_image&) = delete;
    launch_image& operator=(const launch_image&) = delete;

    const launch_spec& spec() const { return spec_; }
    // In the child: LISTEN_PID must be the server's own pid (sd_listen_fds(3)).
    void write_listen_pid(pid_t pid);
    char** argv() { return argv_.data(); }
    char** environment() { return environment_.data(); }

private:
    launch_spec spec_;
    std::string listen_pid_;
    std::string listen_count_;
    std::vector<char*> argv_;
    std::vector<char*> environment_;
};

struct server_surroundings {
    pid_t keeper_pid = 0;
    int output = -1;  // -1: /dev/null
    std::vector<int> listeners;
    int steps = -1;  // close-on-exec; step_messages are written to it, and exec closes it
};

// Becomes the server, or reports the failed step and exits. In this order: signals, session,
// parent-death signal, descriptors, exit filter, limits, folder, exec. Descriptors come before
// limits, so that a low RLIMIT_NOFILE is the server's problem and not the launch's.
[[noreturn]] void become_server(launch_image& image, const server_surroundings& surroundings);

}  // namespace stormdrain
