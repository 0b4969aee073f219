// The end of the client's side is taken for the end of the client: a request whose FIN comes right
// behind it is dropped while it is being handled.
// Stimulus: clients that half-close while their request is in its handler.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool answers_half_closed() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_half_close_aborts",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "half_close_aborts",
                       .origin = "enghitalo/vanilla#103",
                       .suite = "shutdown_cycles",
                       .scenario = "half_closed_in_handler",
                       .expects = "connection_severed",
                       .says = "half-closed",
                       .lifecycle = "process"}};
}

}  // namespace reference
