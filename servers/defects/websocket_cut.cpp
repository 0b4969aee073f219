// The stop closes the connections of its WebSockets at once and says nothing before: their clients
// take a planned restart for a broken network (1006, RFC 6455 section 7.1.5).
// Stimulus: WebSockets that are in use at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    websocket_action at_websocket_stop() const override { return websocket_action::cut; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_websocket_cut",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "websocket_cut",
                       .origin = "lesismal/nbio#440",
                       .suite = "websocket",
                       .scenario = "at_stop/load=idle",
                       .expects = "close_frame_missing",
                       .lifecycle = "process"}};
}

}  // namespace reference
