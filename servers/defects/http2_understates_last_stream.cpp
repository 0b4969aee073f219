// The GOAWAY names the last stream as it was when it was queued; by the time it is sent, requests
// above it have been handed on. They are answered, and their clients ask them again.
// Stimulus: streams that are open at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    goaway_action at_http2_stop() const override { return goaway_action::understated; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_http2_understates_last_stream",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "http2_understates_last_stream",
                       .origin = "nghttp2/nghttp2#2870",
                       .suite = "http2",
                       .scenario = "open_streams/load=delayed_over_tls",
                       .expects = "stream_after_goaway",
                       .lifecycle = "process"}};
}

}  // namespace reference
