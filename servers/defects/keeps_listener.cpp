// The listener is closed when the server ends, not when it stops: clients go on connecting, nobody
// accepts them, and the end resets them all.
// Stimulus: a stop that lasts, as slow clients make it.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    void close_listener(reference::stream_acceptor& /*acceptor*/) const override {}
};

}  // namespace

server_build this_build() {
    return {.program = "server_keeps_listener",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "keeps_listener",
                       .origin = "benoitc/gunicorn#922",
                       .suite = "shutdown_cycles",
                       .scenario = "held/faults=slow_header",
                       .expects = "listener_kept",
                       .lifecycle = "process",
                       .base = "other_timeouts"}};
}

}  // namespace reference
