// The stop ends its side of idle connections and waits for the clients to end theirs. The limit of
// that wait is set anew each time that it has passed.
// Stimulus: clients that do not close when the server does.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    stop_action at_stop(connection_phase phase) const override {
        return phase == connection_phase::idle ? stop_action::linger : behaviour::at_stop(phase);
    }
    bool bounds_linger() const override { return false; }
    bool force_closes(connection_phase phase) const override {
        return phase != connection_phase::closing;
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_lingers_for_ever",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "lingers_for_ever",
                       .origin = "birdofpreyru/react-native-static-server#106",
                       .suite = "shutdown_cycles",
                       .scenario = "held/faults=ignores_fin",
                       .expects = "shutdown_deadline",
                       .says = "stuck connection: ",
                       .lifecycle = "process"}};
}

}  // namespace reference
