// The stop takes a lock that a TLS handshake holds while it waits for its client: one client that
// connects to the port and says nothing freezes it.
// Stimulus: handshakes that stand still when the stop comes.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    stop_action at_stop(connection_phase phase) const override {
        return phase == connection_phase::handshaking ? stop_action::finish
                                                      : behaviour::at_stop(phase);
    }
    // Who waits for the lock looks at no deadline.
    bool enforces_handshake_deadline() const override { return false; }
    bool enforces_drain_deadline() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_stop_waits_for_handshake",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "stop_waits_for_handshake",
                       .origin = "ClickHouse/ClickHouse#119450",
                       .suite = "tls_handshake_storm",
                       .scenario = "stop_beside_stalled",
                       .expects = "shutdown_deadline",
                       .says = "stuck connection: ",
                       .lifecycle = "process"}};
}

}  // namespace reference
