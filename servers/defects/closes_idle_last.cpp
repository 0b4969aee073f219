// A stop leaves idle connections alone until nothing else is open: to their clients the server is
// there for as long as the slowest of all clients likes.
// Stimulus: an idle keep-alive connection beside one that holds the stop.

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
    return {.program = "server_closes_idle_last",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "closes_idle_last",
                       .origin = "aio-libs/aiohttp#1221",
                       .suite = "stop_promises",
                       .scenario = "idle_beside_held/faults=idle+stalled",
                       .expects = "idle_connection_kept",
                       .says = "fault idle_keep_alive",
                       .lifecycle = "process"}};
}

}  // namespace reference
