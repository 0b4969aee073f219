// The stop tells the HTTP/2 connections that there are. One whose TLS handshake is over a moment
// later is registered behind that, hears of nothing, and the stop waits for it.
// Stimulus: handshakes whose last flight comes just behind the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    stop_action at_stop(connection_phase phase) const override {
        return phase == connection_phase::handshaking ? stop_action::finish
                                                      : behaviour::at_stop(phase);
    }
    bool tells_late_http2() const override { return false; }
    bool enforces_drain_deadline() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_http2_misses_late_connection",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "http2_misses_late_connection",
                       .origin = "golang/go#81153",
                       .suite = "http2",
                       .scenario = "late/faults=unacknowledged_over_tls+behind_over_tls",
                       .expects = "shutdown_deadline",
                       .lifecycle = "process"}};
}

}  // namespace reference
