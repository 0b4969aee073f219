// The end of the client's side is not taken as the end of the connection: its socket stays in
// CLOSE_WAIT until the server stops.
// Stimulus: clients that close (or half-close) an idle keep-alive connection or one without a
// request.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    end_action at_end_of_stream() const override { return end_action::keep; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_keeps_close_wait",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "keeps_close_wait",
                       .origin = "Kludex/uvicorn#1192",
                       .suite = "shutdown_cycles",
                       .scenario = "half_closes/at=at_rest,faults=half_close_answered",
                       .expects = "close_wait",
                       .lifecycle = "process"}};
}

}  // namespace reference
