// The handler of the stop signal is there before the child's number is known: between the two it
// finds no child to end, ends the server alone, and leaves the child behind.
// Stimulus: a stop while the server starts. The number takes a while to be known here; the child
// ends by itself after a while, so that a harness that misses it is not littered.

#include "servers/reference/build.hpp"

#include <poll.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

namespace reference {
namespace {

constexpr int spawning_ms = 200;

[[noreturn]] void stop_what_is_known(int /*number*/) {
    ::_exit(0);
}

class conduct final : public behaviour {
public:
    void at_process_start() const override {
        behaviour::at_process_start();
        std::signal(SIGTERM, stop_what_is_known);  // fails only for an invalid signal number
        std::string program = "sleep";
        std::string outlives_server_s = "30";
        const std::array<char*, 3> argv = {program.data(), outlives_server_s.data(), nullptr};
        pid_t helper = -1;
        const int failed =
            ::posix_spawnp(&helper, program.c_str(), nullptr, nullptr, argv.data(), environ);
        ::poll(nullptr, 0, spawning_ms);
        // Known from here on, it is needed no more.
        if (failed == 0) {
            ::kill(helper, SIGKILL);
            ::waitpid(helper, nullptr, 0);
        }
        std::signal(SIGTERM, SIG_DFL);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_early_stop_leaves_child",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "early_stop_leaves_child",
                       .origin = "datahub-project/datahub#19456",
                       .suite = "process_truth",
                       .scenario = "signal_during_start",
                       .expects = "orphan_process",
                       .lifecycle = "process"}};
}

}  // namespace reference
