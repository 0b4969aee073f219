// A connection goes back to the pool with the rest of a response that its client did not wait for.
// The next request on it is answered with that.
// Stimulus: clients that reset amid a large response, then others.

#include "servers/reference/build.hpp"
#include "servers/reference/proxy/application.hpp"

namespace reference {
namespace {

class conduct final : public proxy::origin_behaviour {
public:
    bool minds_unread_bytes() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_origin_body_not_drained",
            .conduct = std::make_unique<behaviour>(),
            .serves = proxy::make_proxy(std::make_unique<conduct>()),
            .defect = {.name = "origin_body_not_drained",
                       .origin = "lalinsky/dusty#112",
                       .suite = "origin_reuse",
                       .scenario = "aborted_clients/faults=reset_in_answer",
                       .expects = "request_failed",
                       .says = "unexpected status 502",
                       .base = "proxy_match_both"}};
}

}  // namespace reference
