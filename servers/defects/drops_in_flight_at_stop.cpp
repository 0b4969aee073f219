// A stop closes connections whose request is in its handler: no answer at all.
// Stimulus: requests in their handler (the delayed route) at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    stop_action at_stop(connection_phase phase) const override {
        return phase == connection_phase::handling ? stop_action::close_now
                                                   : behaviour::at_stop(phase);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_drops_in_flight_at_stop",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "drops_in_flight_at_stop",
                       .origin = "poem-web/poem#779",
                       .suite = "shutdown_cycles",
                       .scenario = "in_flight",
                       .expects = "connection_severed",
                       .lifecycle = "process"}};
}

}  // namespace reference
