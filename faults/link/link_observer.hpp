#pragma once
// Who follows what a link does to each of its connections. Called in the link's thread.

#include "harness/base/time.hpp"
#include "harness/net/endpoint.hpp"

#include <boost/system/error_code.hpp>

namespace stormdrain {

struct link_toxic;

// The two connections that a link makes one of: the client's, and its own to the upstream.
struct link_passage {
    endpoint client;
    endpoint link;      // where the client dialled it
    endpoint outgoing;  // from where it dialled the upstream
    endpoint upstream;
    bool operator==(const link_passage&) const = default;
};

class link_observer {
public:
    // Around each connect(2) to an upstream: from the first of them on the upstream's kernel may
    // have the connection, and nobody but the link knows yet whose it is. Null: it failed.
    virtual void dial_begins() = 0;
    virtual void dial_began(const link_passage* made) = 0;
    // The upstream did not take it; the client gets RST.
    virtual void dial_failed(const endpoint& client, const endpoint& link,
                             const boost::system::error_code& why) = 0;
    // A toxic that costs bytes or connections (toxic_harm) struck one that was accepted then. Told
    // once, at its end at the latest.
    virtual void was_struck(const endpoint& client, const endpoint& link, const link_toxic& by,
                            time_point accepted) = 0;

protected:
    ~link_observer() = default;
};

}  // namespace stormdrain
