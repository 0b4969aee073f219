// Nobody limits how long a request may take to arrive: a client that sends one byte, or one now and
// then, is kept for ever. hyper had no such limit until its header_read_timeout, and has none
// without a timer still. Stimulus: requests that stop, or drip, for longer than the server promises
// to wait.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool limits_requests() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_no_request_timeout",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "no_request_timeout",
                       .origin = "hyperium/hyper#2457",
                       .suite = "slow_clients",
                       .scenario = "overdue",
                       .expects = "request_overdue",
                       .lifecycle = "process"}};
}

}  // namespace reference
