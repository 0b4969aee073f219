// The time that a stop may take is read from the configuration and asked nowhere: it waits for its
// connections as long as they last.
// Stimulus: clients that are slow with their requests when the stop comes.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool enforces_drain_deadline() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_drain_deadline_ignored",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "drain_deadline_ignored",
                       .origin = "pgjones/hypercorn#308",
                       .suite = "shutdown_cycles",
                       .scenario = "held/faults=slow_body",
                       .expects = "shutdown_deadline",
                       .says = "stuck connection: ",
                       .lifecycle = "process"}};
}

}  // namespace reference
