// A stop that HTTP/2 connections hear nothing of: what is under way is answered, then they are
// closed without a GOAWAY, and whoever had sent another request cannot know whether it was
// processed. Stimulus: connections that are open at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    goaway_action at_http2_stop() const override { return goaway_action::none; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_http2_no_goaway",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "http2_no_goaway",
                       .origin = "cloudflare/pingora#388",
                       .suite = "http2",
                       .scenario = "idle/load=over_tls",
                       .expects = "goaway_missing",
                       .lifecycle = "process"}};
}

}  // namespace reference
