// Connection: close is honoured, but a client of HTTP/1.0 has to say it too, and does not: the
// default of its version was forgotten. ApacheBench hangs at once.
// Stimulus: one request of HTTP/1.0.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool may_keep_alive(const request_head& head) const override {
        return head.keep_alive || head.minor_version == 0;
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_keeps_http_1_0_open",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "keeps_http_1_0_open",
                       .origin = "scylladb/seastar#3",
                       .suite = "keep_alive",
                       .scenario = "asks_for_close/faults=http_1_0",
                       .expects = "protocol_violation",
                       .says = "a request of HTTP/1.0 without keep-alive",
                       .lifecycle = "process"}};
}

}  // namespace reference
