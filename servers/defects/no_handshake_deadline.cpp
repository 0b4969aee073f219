// Handshakes run beside each other, but nobody limits how long one may take: a client that says
// nothing is kept for ever. Left behind by the repair of salvo-rs/salvo#644.
// Stimulus: clients that stall in their handshake for longer than the server promises to wait.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool enforces_handshake_deadline() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_no_handshake_deadline",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "no_handshake_deadline",
                       .origin = "salvo-rs/salvo#661",
                       .suite = "tls_handshake_storm",
                       .scenario = "overdue",
                       .expects = "handshake_overdue",
                       .lifecycle = "process"}};
}

}  // namespace reference
