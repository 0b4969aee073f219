// A stream that its client has reset is worked on all the same, and counts no more among those that
// a client may have open: with each reset comes place for another one, and nothing bounds the work
// that is under way (CVE-2023-44487, in Go's server CVE-2023-39325). What nobody waits for any more
// is then waited for by the stop.
// Stimulus: a client that opens streams and resets each at once, on a route that takes a minute.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool limits_stream_resets() const override { return false; }
    bool ends_handlers_of_reset_streams() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_http2_handles_reset_streams",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "http2_handles_reset_streams",
                       .origin = "golang/go#63417",
                       .suite = "http2",
                       .scenario = "reset_flood/faults=reset_flood_of_long_answers",
                       .expects = "shutdown_deadline",
                       .lifecycle = "process"}};
}

}  // namespace reference
