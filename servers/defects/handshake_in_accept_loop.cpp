// The accept loop awaits the TLS handshake of each connection before it accepts the next: one
// client that says nothing stops the port, and under load all handshakes are serial. Stimulus: one
// client that stalls in its handshake, beside ordinary ones.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    std::size_t handshakes_max() const override { return 1; }
    bool enforces_handshake_deadline() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_handshake_in_accept_loop",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "handshake_in_accept_loop",
                       .origin = "salvo-rs/salvo#644",
                       .suite = "tls_handshake_storm",
                       .scenario = "silent_peer/faults=says_nothing",
                       .expects = "handshake_failed",
                       .also = {"handshake_overdue"},
                       .lifecycle = "process"}};
}

}  // namespace reference
