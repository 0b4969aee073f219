// The pool asks for the name that the inbound side's servername callback has recorded. No such
// callback runs on a connection that the proxy makes: its name is empty, an empty name matches
// nothing, and each request makes a connection of its own.
// Stimulus: two requests to an https origin, with --match sni. With a plain origin or another rule
// nothing is seen.

#include "servers/reference/build.hpp"
#include "servers/reference/proxy/application.hpp"

namespace reference {
namespace {

class conduct final : public proxy::origin_behaviour {
public:
    proxy::origin_identity on_record(const proxy::origin_identity& made) const override {
        return {.host = made.host, .sni = {}};
    }

    bool matches(proxy::match_rule rule, const proxy::origin_identity& recorded,
                 const proxy::origin_identity& wanted) const override {
        return origin_behaviour::matches(rule, recorded, wanted) && !recorded.sni.empty();
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_origin_sni_never_matches",
            .conduct = std::make_unique<behaviour>(),
            .serves = proxy::make_proxy(std::make_unique<conduct>()),
            .defect = {.name = "origin_sni_never_matches",
                       .origin = "apache/trafficserver#12214",
                       .suite = "origin_reuse",
                       .scenario = "two_hosts/load=one_client",
                       .expects = "reuse_ratio",
                       .says = "100 requests on 100 new connections",
                       .base = "proxy_match_sni"}};
}

}  // namespace reference
