// What came together with a request that has no body is taken for its body: the requests that a
// client has pipelined behind it are lost. The keep-alive loop proposed for Skynet's simpleweb did
// so. Stimulus: several requests in one write.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool keeps_pipelined_requests() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_drops_pipelined",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "drops_pipelined",
                       .origin = "cloudwu/skynet#1998",
                       .suite = "keep_alive",
                       .scenario = "pipelined/faults=gets",
                       .expects = "protocol_violation",
                       .says = "1 whole answer, then nothing for 10 s",
                       .lifecycle = "process"}};
}

}  // namespace reference
