// A failed accept(2) is tried again at once. The connection that cannot be accepted keeps the
// listener readable, so without a free descriptor the loop burns a core.
// Stimulus: more clients than RLIMIT_NOFILE allows.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    accept_action at_accept_error(int /*error*/) const override { return accept_action::go_on; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_spins_on_emfile",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "spins_on_emfile",
                       .origin = "joyent/libuv#690",
                       .suite = "process_truth",
                       .scenario = "descriptors_run_out",
                       .expects = "idle_cpu",
                       .says = "descriptor_limit",
                       .lifecycle = "process"}};
}

}  // namespace reference
