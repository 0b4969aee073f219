#include "servers/reference/proxy/origin_behaviour.hpp"

namespace reference::proxy {

bool origin_behaviour::matches(match_rule rule, const origin_identity& recorded,
                               const origin_identity& wanted) const {
    const bool same_host = recorded.host == wanted.host;
    switch (rule) {
        case match_rule::host:
            return same_host;
        case match_rule::sni:
            // Without SNI, the address is what the certificate was good for.
            return recorded.sni == wanted.sni && (!wanted.sni.empty() || same_host);
        case match_rule::both:
            return same_host && recorded.sni == wanted.sni;
    }
    return false;
}

}  // namespace reference::proxy
