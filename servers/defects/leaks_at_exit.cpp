// A stop forgets the idle connections instead of closing them: their descriptors are open until the
// kernel closes them with the process. nginx notices such a one by itself: "open socket #832 left
// in connection 3".
// Stimulus: any idle keep-alive connection that the client keeps open at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    stop_action at_stop(connection_phase phase) const override {
        return phase == connection_phase::idle ? stop_action::forget : behaviour::at_stop(phase);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_leaks_at_exit",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "leaks_at_exit",
                       .origin = "wandenberg/nginx-push-stream-module#113",
                       .suite = "process_truth",
                       .scenario = "census/faults=idle",
                       .expects = "descriptors_at_exit",
                       .says = "still open at the exit",
                       .lifecycle = "process"}};
}

}  // namespace reference
