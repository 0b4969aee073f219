#pragma once
// server_reference as a child process, for its black-box tests. Knows nothing of its insides.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace reference::testing {

inline constexpr std::chrono::seconds patience{10};  // sanitizers on a busy machine are slow

struct launch_options {
    std::vector<std::string> arguments;
    int inherited_listener = -1;  // becomes descriptor 3
    int standard_input = -1;      // becomes descriptor 0; the tests' own when there is none
};

// A process when it asks the kernel to end it, or dies.
struct last_look {
    std::vector<std::string> descriptors;
    std::uint64_t blocked_signals = 0;  // bit 0: signal 1
};

class launched_server {
public:
    // Returns when the server has said that it listens. Fails the test when it does not.
    explicit launched_server(launch_options options);
    explicit launched_server(std::vector<std::string> arguments)
        : launched_server(launch_options{.arguments = std::move(arguments)}) {}
    launched_server(const launched_server&) = delete;
    launched_server& operator=(const launched_server&) = delete;
    ~launched_server();

    pid_t pid() const { return pid_; }
    std::uint16_t port() const { return port_of("http"); }
    std::uint16_t tls_port() const { return port_of("https"); }
    void signal(int number) const;
    // The wait status of waitpid(2), or -1 when it still runs after `patience`.
    int wait_for_exit(std::chrono::milliseconds at_most = patience);
    // Until the log holds `text` so many times.
    bool wait_for_log(const std::string& text, int times = 1);
    const std::string& log() const { return log_; }
    // "socket:[123]", ... of every descriptor.
    std::vector<std::string> descriptors() const;
    // Until the server holds so many descriptors; what it holds in the end.
    std::size_t wait_for_descriptors(std::size_t count) const;
    // From now on its exit can be seen, and its signals wait for look_at_exit(). False: the kernel
    // does not let us trace it (ptrace(2)).
    bool watch_exit() const;
    // Waits for its end, which the caller has asked for.
    last_look look_at_exit() const;

private:
    std::uint16_t port_of(const std::string& protocol) const;
    bool read_log(std::chrono::milliseconds at_most);

    pid_t pid_ = -1;
    int process_ = -1;  // pidfd: what wait_for_exit polls
    int log_end_ = -1;
    std::string log_;
};

}  // namespace reference::testing
