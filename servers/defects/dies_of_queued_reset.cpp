// The accept loop asks each new connection for its peer, and ends at the first error: one client
// that gave up before it was accepted, and nobody is accepted any more. tiny_http ends so where
// accept(2) itself reports such a client; on Linux it is the question behind it that fails.
// Stimulus: a connection that is reset while it waits to be accepted.

#include "servers/reference/build.hpp"

#include <sys/socket.h>

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    accept_action at_accepted(int descriptor) const override {
        sockaddr_storage peer{};
        socklen_t peer_bytes = sizeof peer;
        const int failed =
            ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &peer_bytes);
        return failed != 0 ? accept_action::give_up : accept_action::go_on;
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_dies_of_queued_reset",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "dies_of_queued_reset",
                       .origin = "tiny-http/tiny-http#283",
                       .suite = "stop_races",
                       .scenario = "queued_resets/faults=with_request",
                       .expects = "recovery_failed",
                       // Of the load, what had not been accepted by then.
                       .also = {"request_failed"},
                       .says = "queued_reset",
                       .lifecycle = "process"}};
}

}  // namespace reference
