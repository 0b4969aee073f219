// Behind its GOAWAY and the last stream an HTTP/2 connection stays open until its client, or an
// idle timeout, ends it, and the stop waits for that. Stimulus: clients that keep their connections
// at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool closes_behind_streams() const override { return false; }
    bool enforces_drain_deadline() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_http2_keeps_connection",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "http2_keeps_connection",
                       .origin = "jetty/jetty.project#13569",
                       .suite = "http2",
                       .scenario = "promised",
                       .expects = "goaway_connection_kept",
                       .also = {"shutdown_deadline"},
                       .lifecycle = "process"}};
}

}  // namespace reference
