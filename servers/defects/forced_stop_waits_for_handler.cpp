// The stop waits for all connections to end, and for nothing else: a handler that does not notice
// that its connection is gone keeps the server from ending, whatever its deadline says.
// Stimulus: a forced stop while a handler is at work that takes a minute.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool cancels_handlers() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_forced_stop_waits_for_handler",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "forced_stop_waits_for_handler",
                       .origin = "salvo-rs/salvo#1601",
                       .suite = "shutdown_race",
                       .scenario = "forced_in_handler",
                       .expects = "shutdown_deadline",
                       .lifecycle = "process"}};
}

}  // namespace reference
