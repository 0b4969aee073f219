// The stop says nothing to WebSockets: it waits for their clients, who do not know of it, until its
// time is up, and then cuts them. To a client that is a crash (1006, RFC 6455 section 7.1.5).
// Stimulus: WebSockets that are open at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    websocket_action at_websocket_stop() const override { return websocket_action::stay; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_websocket_untold",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "websocket_untold",
                       .origin = "programatik29/axum-server#40",
                       .suite = "websocket",
                       .scenario = "at_stop/load=idle",
                       .expects = "close_frame_missing",
                       .lifecycle = "process"}};
}

}  // namespace reference
