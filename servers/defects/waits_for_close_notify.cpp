// Behind its own close_notify it waits for the client's, as ssl::stream::async_shutdown does, and
// nobody limits that: a client that never says goodbye holds the connection, and the stop.
// Stimulus: clients that have their last answer and neither answer the close_notify nor close.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool limits_wait_for_close_notify() const override { return false; }
    bool enforces_drain_deadline() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_waits_for_close_notify",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "waits_for_close_notify",
                       .origin = "trojan-gfw/trojan#77",
                       .suite = "slow_clients",
                       .scenario = "no_goodbye",
                       .expects = "shutdown_deadline",
                       .lifecycle = "process"}};
}

}  // namespace reference
