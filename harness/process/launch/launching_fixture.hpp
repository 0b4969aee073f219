#pragma once
// For tests that launch processes: a guard, and short ways to start and to wait.

#include "harness/process/census/process_tree.hpp"
#include "harness/process/launch/guard.hpp"
#include "harness/process/owned_descriptor.hpp"
#include "harness/testing/io_fixture.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// Generous: a loaded machine must not fail a test, and no passing test comes near it.
inline time_point test_deadline() {
    return clock::now() + std::chrono::seconds(10);
}

inline launch_spec shell(const std::string& script) {
    launch_spec spec;
    spec.argv = {"/bin/sh", "-c", script};
    spec.environment = {"PATH=/usr/local/bin:/usr/bin:/bin"};
    return spec;
}

// True when the process ends before the test's deadline; also when it is gone already.
inline bool ends(pid_t pid) {
    const owned_descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!handle.is_open()) {
        return errno == ESRCH;
    }
    pollfd watched{handle.get(), POLLIN, 0};
    return ::poll(&watched, 1, 10'000) == 1;
}

// Waits until the tree has that many processes called so; false at the test's deadline. Asks again
// and again, because nothing tells when a shell's children have become what they are to be.
inline bool tree_gets(const server_process& server, const std::string& command, long count) {
    const time_point deadline = test_deadline();
    while (clock::now() < deadline) {
        const std::vector<pid_t> tree = server.tree();
        const auto is_called_so = [&](pid_t pid) {
            const auto stat = read_stat(pid);
            return stat && stat->command == command;
        };
        if (std::count_if(tree.begin(), tree.end(), is_called_so) == count) {
            return true;
        }
    }
    return false;
}

// True when the process gets into one of the states of proc_pid_stat(5); false at the test's
// deadline. Asks again and again, because nothing tells when a signal has done its work.
inline bool comes_to_state(pid_t pid, std::string_view states) {
    const time_point deadline = test_deadline();
    while (clock::now() < deadline) {
        const auto stat = read_stat(pid);
        if (stat && states.find(stat->state) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

class launching_fixture : public io_fixture {
protected:
    std::unique_ptr<server_process> launch(const launch_spec& spec, int output = -1,
                                           std::vector<int> listeners = {}) {
        launch_descriptors descriptors;
        descriptors.output = output;
        descriptors.listeners = std::move(listeners);
        return guard_.launch(executor(), spec, descriptors);
    }

    guard guard_;
};

}  // namespace stormdrain
