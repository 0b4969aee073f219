#pragma once
// The decisions of the proxy about its origin that real proxies get wrong. As behaviour.hpp is for
// the server: a build of servers/defects/ overrides one.

#include "servers/reference/proxy/client_request.hpp"

namespace reference::proxy {

// Which connection of the pool may carry a request. Scheme, address and port are the same for all:
// there is one origin.
enum class match_rule { host, sni, both };

enum class abort_action {
    close,
    forget,  // the descriptor stays open: for defect builds
};

class origin_behaviour {
public:
    virtual ~origin_behaviour() = default;

    // What the pool remembers of a connection that was made for `made`.
    virtual origin_identity on_record(const origin_identity& made) const { return made; }
    virtual bool matches(match_rule rule, const origin_identity& recorded,
                         const origin_identity& wanted) const;
    // False: a connection goes back to the pool, and is taken from it again, with the rest of a
    // response that nobody has read.
    virtual bool minds_unread_bytes() const { return true; }
    // What becomes of the origin's connection when the client has gone.
    virtual abort_action at_client_abort() const { return abort_action::close; }
};

}  // namespace reference::proxy
