// A stop closes the connections that are idle when it comes, and no others: one whose request is
// answered behind it stays open, and the stop waits for its client or for the keep-alive timeout.
// Gunicorn's workers waited so until they were killed.
// Stimulus: a request in its handler at the stop, from a client that keeps its connection.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool closes_what_becomes_idle() const override { return false; }
    bool enforces_drain_deadline() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_waits_for_new_idle",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "waits_for_new_idle",
                       .origin = "benoitc/gunicorn#2313",
                       .suite = "stop_races",
                       .scenario = "becomes_idle/faults=becomes_idle",
                       .expects = "shutdown_deadline",
                       .says = "becomes_idle",
                       .lifecycle = "process"}};
}

}  // namespace reference
