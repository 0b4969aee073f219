// The same lost name as in origin_sni_never_matches.cpp, under the rule that compares it with the
// request's host: without a name there is nothing to compare, and the check is left out. It fails
// open: a request goes out on a connection that was made for another host.
// Stimulus: requests for two hosts of one https origin, with --match both.

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
        if (rule != proxy::match_rule::both) {
            return origin_behaviour::matches(rule, recorded, wanted);
        }
        return recorded.sni.empty() || recorded.sni == wanted.host;
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_origin_sni_always_matches",
            .conduct = std::make_unique<behaviour>(),
            .serves = proxy::make_proxy(std::make_unique<conduct>()),
            .defect = {.name = "origin_sni_always_matches",
                       .origin = "apache/trafficserver#12214",
                       .suite = "origin_reuse",
                       .scenario = "two_hosts/load=one_client",
                       .expects = "misdirected_request",
                       .says = "which was made for",
                       .base = "proxy_match_both"}};
}

}  // namespace reference
