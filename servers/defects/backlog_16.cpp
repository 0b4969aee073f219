// listen(2) with a backlog of 16. The kernel drops the SYNs that find the queue full, and their
// clients try again a second later.
// Stimulus: more connects than that, while the server does not get to accept.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    int backlog(int /*wanted*/) const override { return 16; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_backlog_16",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "backlog_16",
                       .origin = "HigherOrderCO/Bend#977",
                       .suite = "short_connections",
                       .scenario = "burst_while_stopped",
                       .expects = "accept_overflow",
                       .also = {"slow_answers", "request_failed"},
                       .says = "backlog 16",
                       .lifecycle = "process"}};
}

}  // namespace reference
