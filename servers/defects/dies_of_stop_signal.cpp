// Nobody handles SIGTERM, the signal of every supervisor and of `docker stop`: its default action
// cuts all connections where they are.
// Stimulus: any stop by that signal; what it cuts is seen when clients hold connections.

#include "servers/reference/build.hpp"

#include <csignal>

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    void at_server_start() const override {
        std::signal(SIGTERM, SIG_DFL);  // fails only for an invalid signal number
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_dies_of_stop_signal",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "dies_of_stop_signal",
                       .origin = "nats-io/nats-streaming-server#624",
                       .suite = "process_truth",
                       .scenario = "census/faults=idle",
                       .expects = "exit_status",
                       .also = {"descriptors_at_exit", "file_left"},
                       .says = "killed by SIGTERM with",
                       .lifecycle = "process"}};
}

}  // namespace reference
