// Every connection is closed after its first response, without Connection: close: a client that
// reuses it, as HTTP/1.1 says it may, loses the race at random.
// Stimulus: one connection, left alone behind its answer.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool keeps_connections_alive() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_closes_unannounced",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "closes_unannounced",
                       .origin = "cloudwu/skynet#1998",
                       .suite = "keep_alive",
                       .scenario = "one_connection/faults=idle",
                       .expects = "unannounced_close",
                       .says = "no request under way",
                       .lifecycle = "process"}};
}

}  // namespace reference
