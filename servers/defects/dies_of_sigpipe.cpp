// SIGPIPE keeps its default action, and a write is repeated after the peer has reset the
// connection: the second write kills the process.
// Stimulus: resets of connections whose request is in its handler (the delayed route) or whose
// response is being written, on the plain port; and SIGPIPE not ignored by the launcher.

#include "servers/reference/build.hpp"

#include <csignal>

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    void at_process_start() const override {
        // A launcher may have left SIGPIPE ignored, and exec keeps that. Fails only for an
        // invalid signal number.
        std::signal(SIGPIPE, SIG_DFL);
    }
    reset_action at_connection_reset() const override { return reset_action::keep_writing; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_dies_of_sigpipe",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "dies_of_sigpipe",
                       .origin = "actonlang/acton#567",
                       .suite = "shutdown_cycles",
                       .scenario = "resets/at=at_rest,faults=reset_handler",
                       .expects = "exit_status",
                       .also = {"connection_severed", "request_failed", "unannounced_close"},
                       .lifecycle = "process"}};
}

}  // namespace reference
