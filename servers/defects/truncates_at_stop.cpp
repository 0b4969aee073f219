// A stop closes connections whose response is still being written.
// Stimulus: a response larger than the socket buffers, or a slow reader, at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    stop_action at_stop(connection_phase phase) const override {
        return phase == connection_phase::responding ? stop_action::close_now
                                                     : behaviour::at_stop(phase);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_truncates_at_stop",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "truncates_at_stop",
                       .origin = "jetty/jetty.project#2076",
                       .suite = "shutdown_cycles",
                       .scenario = "large_answers",
                       .expects = "response_truncated",
                       .lifecycle = "process"}};
}

}  // namespace reference
