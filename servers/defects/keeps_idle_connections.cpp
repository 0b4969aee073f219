// Idle keep-alive connections are left alone by a stop, which then waits for their clients.
// Node's server.close() did so until 19.
// Stimulus: any idle keep-alive connection that the client keeps open at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    stop_action at_stop(connection_phase phase) const override {
        return phase == connection_phase::idle ? stop_action::finish : behaviour::at_stop(phase);
    }
    bool enforces_drain_deadline() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_keeps_idle_connections",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "keeps_idle_connections",
                       .origin = "nodejs/node#2642",
                       .suite = "shutdown_cycles",
                       .scenario = "held/faults=idle",
                       .expects = "shutdown_deadline",
                       .says = "stuck connection: ",
                       .lifecycle = "process"}};
}

}  // namespace reference
