// An upgraded connection is none of the server's any more: a stop neither ends it nor waits for it,
// and its socket stays open in the process. Deno.serve() left its web sockets behind so.
// Stimulus: a tunnel that is open at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    stop_action at_stop(connection_phase phase) const override {
        return phase == connection_phase::tunnelling ? stop_action::forget
                                                     : behaviour::at_stop(phase);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_tunnel_uncounted",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "tunnel_uncounted",
                       .origin = "denoland/deno#22387",
                       .suite = "upgrades",
                       .scenario = "at_stop/faults=idle",
                       .expects = "descriptors_at_exit",
                       .lifecycle = "process"}};
}

}  // namespace reference
