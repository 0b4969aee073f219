// The end of the client's side is read and forgotten, and the socket stays readable: the loop reads
// the same end again and again, and takes a core.
// Stimulus: clients that end their side of idle connections, and then nothing for a while.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    end_action at_end_of_stream() const override { return end_action::spin; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_spins_on_hangup",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "spins_on_hangup",
                       .origin = "tokio-rs/mio#933",
                       .suite = "process_truth",
                       .scenario = "hung_up/faults=closed",
                       .expects = "idle_cpu",
                       .also = {"close_wait"},
                       .lifecycle = "process"}};
}

}  // namespace reference
