// The stop waits for its WebSockets as for requests, without a limit, and says nothing to them: an
// idle one keeps the old process for as long as its client likes.
// Stimulus: WebSockets that are idle at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    websocket_action at_websocket_stop() const override { return websocket_action::stay; }
    bool force_closes(connection_phase phase) const override {
        return phase != connection_phase::tunnelling;
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_websocket_waited_for",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "websocket_waited_for",
                       .origin = "kubernetes/ingress-nginx#1088",
                       .suite = "websocket",
                       .scenario = "at_stop/load=idle",
                       .expects = "shutdown_deadline",
                       .lifecycle = "process"}};
}

}  // namespace reference
