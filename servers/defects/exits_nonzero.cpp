// A clean stop that reports failure: supervisors restart or alarm for nothing.
// Stimulus: any stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    int exit_status() const override { return 1; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_exits_nonzero",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "exits_nonzero",
                       .origin = "nats-io/nats-server#6083",
                       .suite = "shutdown_cycles",
                       .scenario = "moments/at=at_rest,load=keep_alive",
                       .expects = "exit_status",
                       .lifecycle = "process"}};
}

}  // namespace reference
