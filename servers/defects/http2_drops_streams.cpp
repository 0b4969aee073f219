// The stop says GOAWAY and reads no more: streams that it counts among those that are answered end
// with the connection.
// Stimulus: streams that are open at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool completes_streams() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_http2_drops_streams",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "http2_drops_streams",
                       .origin = "cloudflare/pingora#865",
                       .suite = "http2",
                       .scenario = "open_streams/load=delayed_over_tls",
                       .expects = "stream_lost",
                       .lifecycle = "process"}};
}

}  // namespace reference
