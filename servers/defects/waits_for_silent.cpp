// The stop waits for the first request of a connection that has not sent one: a browser's spare
// connection keeps the server from ending.
// Stimulus: silent connections at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    stop_action at_stop(connection_phase phase) const override {
        return phase == connection_phase::silent ? stop_action::finish : behaviour::at_stop(phase);
    }
    bool enforces_drain_deadline() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_waits_for_silent",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "waits_for_silent",
                       .origin = "hyperium/hyper#2730",
                       .suite = "shutdown_cycles",
                       .scenario = "held/faults=silent",
                       .expects = "shutdown_deadline",
                       .says = "stuck connection: ",
                       .lifecycle = "process"}};
}

}  // namespace reference
