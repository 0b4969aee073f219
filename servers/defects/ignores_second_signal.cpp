// Whoever waits for the stop signal waits for one: while the server drains, the next is received
// and read by nobody, and an operator who is in a hurry has only SIGKILL left.
// Stimulus: a stop that takes a while, and the signal again meanwhile.

#include "servers/reference/build.hpp"

#include <utility>

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool obeys_stop_signal() const override { return !std::exchange(has_obeyed_, true); }

private:
    mutable bool has_obeyed_ = false;
};

}  // namespace

server_build this_build() {
    return {.program = "server_ignores_second_signal",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "ignores_second_signal",
                       .origin = "SolaceProducts/solace-broker-mcp#130",
                       .suite = "start_stop",
                       .scenario = "second_signal/faults=stalled_reader+after_100ms",
                       .expects = "shutdown_deadline",
                       .base = "other_timeouts"}};
}

}  // namespace reference
