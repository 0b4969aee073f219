// The end of the stop's patience aborts its connections, and an abort waits for the write that is
// under way: a client that reads nothing keeps the server from ending.
// Stimulus: clients that read nothing of a large answer when the stop comes.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool force_closes(connection_phase phase) const override {
        return phase != connection_phase::responding;
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_waits_for_stalled_reader",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "waits_for_stalled_reader",
                       .origin = "aspnet/KestrelHttpServer#1771",
                       .suite = "shutdown_cycles",
                       .scenario = "held/faults=stalled_reader",
                       .expects = "shutdown_deadline",
                       .says = "stuck connection: ",
                       .lifecycle = "process"}};
}

}  // namespace reference
