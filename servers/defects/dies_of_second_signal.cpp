// The handler of the stop signal is good for one signal (SA_RESETHAND): while the server drains,
// the next one has its default action and kills it in the middle of its work.
// Stimulus: a stop that takes a while, and the signal again meanwhile.

#include "servers/reference/build.hpp"

#include <csignal>

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    void at_server_start() const override {
        struct sigaction handler = {};
        // Both fail only for an invalid signal number.
        ::sigaction(SIGTERM, nullptr, &handler);
        handler.sa_flags |= static_cast<int>(SA_RESETHAND);
        ::sigaction(SIGTERM, &handler, nullptr);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_dies_of_second_signal",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "dies_of_second_signal",
                       .origin = "bug-ops/mcpls#329",
                       .suite = "process_truth",
                       .scenario = "second_signal",
                       .expects = "exit_status",
                       .also = {"descriptors_at_exit", "file_left"},
                       .says = "killed by SIGTERM",
                       .lifecycle = "process"}};
}

}  // namespace reference
