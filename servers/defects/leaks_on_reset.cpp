// The error branch of a read forgets to close: a client that resets its connection leaves a
// descriptor behind, in the process and nowhere else.
// Stimulus: connection resets while idle, while a request is sent, or while a response is.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    reset_action at_connection_reset() const override { return reset_action::leak_descriptor; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_leaks_on_reset",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "leaks_on_reset",
                       .origin = "mattn/http-server#7",
                       .suite = "shutdown_cycles",
                       .scenario = "resets/at=at_rest,faults=reset_idle",
                       .expects = "descriptor_leak",
                       .also = {"descriptors_at_exit"},
                       .lifecycle = "process"}};
}

}  // namespace reference
