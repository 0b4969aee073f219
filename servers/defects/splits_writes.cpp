// Status line, header fields and body are three writes, and Nagle's algorithm is left on: the
// second waits until the client acknowledges the first, which a client of a kept connection delays
// by 40 ms. The keep-alive loop that was proposed for Skynet's simpleweb answered 67 requests a
// second so. Stimulus: small answers one after the other on one connection.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    write_action writes_response() const override { return write_action::split; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_splits_writes",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "splits_writes",
                       .origin = "cloudwu/skynet#1998",
                       .suite = "keep_alive",
                       .scenario = "small_answers/load=one_quiet_client",
                       .expects = "nagle_stall",
                       .says = "acknowledged the first part at once",
                       .lifecycle = "process"}};
}

}  // namespace reference
