// Every connection is kept, also where the client says Connection: close or speaks HTTP/1.0: it
// waits for an end of the stream that does not come. PHP's file_get_contents() hung so.
// Stimulus: one request that asks for the close.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool may_keep_alive(const request_head& /*head*/) const override { return true; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_ignores_connection_close",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "ignores_connection_close",
                       .origin = "NanoHttpd/nanohttpd#133",
                       .suite = "keep_alive",
                       .scenario = "asks_for_close/faults=close",
                       .expects = "protocol_violation",
                       .says = "still open 2 s later",
                       .lifecycle = "process"}};
}

}  // namespace reference
