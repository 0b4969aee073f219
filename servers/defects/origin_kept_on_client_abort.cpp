// A client goes while the origin works for it. Nobody tells the origin: its connection is neither
// closed nor given back, and stays until the proxy ends.
// Stimulus: clients that reset while they wait for an answer.

#include "servers/reference/build.hpp"
#include "servers/reference/proxy/application.hpp"

namespace reference {
namespace {

class conduct final : public proxy::origin_behaviour {
public:
    proxy::abort_action at_client_abort() const override { return proxy::abort_action::forget; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_origin_kept_on_client_abort",
            .conduct = std::make_unique<behaviour>(),
            .serves = proxy::make_proxy(std::make_unique<conduct>()),
            .defect = {.name = "origin_kept_on_client_abort",
                       .origin = "http-party/node-http-proxy#158",
                       .suite = "origin_reuse",
                       .scenario = "aborted_clients/faults=reset_in_handler",
                       .expects = "close_wait",
                       .also = {"descriptors_at_exit"},
                       .says = "sockets to origins",
                       .base = "proxy_match_both"}};
}

}  // namespace reference
