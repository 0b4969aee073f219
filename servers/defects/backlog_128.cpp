// The backlog is 128, whatever was asked for: the standard library's own number, out of the
// program's reach. SYNs that find the queue full are dropped, and sent again a second later.
// Stimulus: more connects than that, while the server does not get to accept.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    int backlog(int /*wanted*/) const override { return 128; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_backlog_128",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "backlog_128",
                       .origin = "rust-lang/rust#55614",
                       .suite = "short_connections",
                       .scenario = "burst_while_stopped",
                       .expects = "accept_overflow",
                       .also = {"slow_answers", "request_failed"},
                       .says = "backlog 128",
                       .lifecycle = "process"}};
}

}  // namespace reference
