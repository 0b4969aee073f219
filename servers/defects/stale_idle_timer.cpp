// The timer of an idle connection goes on when its next request comes, and closes the connection
// while the request is being handled.
// Stimulus: a request that comes before the keep-alive timeout, and takes longer than what was left
// of it.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool ends_idle_time_with_request() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_stale_idle_timer",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "stale_idle_timer",
                       .origin = "Kludex/uvicorn#824",
                       .suite = "keep_alive",
                       .scenario = "late_reuse",
                       .expects = "connection_severed",
                       .lifecycle = "process",
                       .base = "other_timeouts"}};
}

}  // namespace reference
