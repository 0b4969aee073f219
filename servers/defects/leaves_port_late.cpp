// The stop returns while a thread of its own still closes the listener: who starts again at once
// finds the port taken.
// Stimulus: in-process restarts, no load needed.

#include "servers/reference/build.hpp"

#include <poll.h>
#include <unistd.h>

#include <thread>

namespace reference {
namespace {

constexpr int late_by_ms = 200;

class conduct final : public behaviour {
public:
    void close_listener(reference::stream_acceptor& acceptor) const override {
        const int listening = ::dup(acceptor.native_handle());
        behaviour::close_listener(acceptor);
        std::thread([listening] {
            ::poll(nullptr, 0, late_by_ms);
            ::close(listening);
        }).detach();
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_leaves_port_late",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "leaves_port_late",
                       .origin = "nanomsg/nng#1200",
                       .suite = "shutdown_cycles",
                       .scenario = "moments/at=at_rest,load=keep_alive",
                       .expects = "exit_status",
                       .says = "ended by itself",
                       .lifecycle = "in_process"}};
}

}  // namespace reference
