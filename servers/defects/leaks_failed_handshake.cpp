// The error branch of the handshake forgets to close: every client that breaks it off leaves a
// descriptor behind.
// Stimulus: clients that reset the connection amid the handshake.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool closes_after_failed_handshake() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_leaks_failed_handshake",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "leaks_failed_handshake",
                       .origin = "OpenSIPS/opensips#3711",
                       .suite = "tls_handshake_storm",
                       .scenario = "broken/faults=reset_after_hello",
                       .expects = "descriptor_leak",
                       .also = {"descriptors_at_exit"},
                       .lifecycle = "process"}};
}

}  // namespace reference
