// The stop closes the listener without a look at its queue: clients that have connected and sent
// their requests are reset.
// Stimulus: a stop that finds more connections in the queue than are accepted in one turn.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool accepts_queued_at_stop() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_drops_backlog",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "drops_backlog",
                       .origin = "nghttp2/nghttp2#483",
                       .suite = "shutdown_cycles",
                       .scenario = "queued",
                       .expects = "connection_severed",
                       .lifecycle = "process",
                       .cycles = 20}};
}

}  // namespace reference
