#pragma once
// Keeps a request in its handler until the stop comes: asks for the route again and again on one
// connection, so that hardly any moment is without one.

#include "faults/strike.hpp"
#include "harness/net/http_exchange.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace stormdrain {

// A request that the server had read when the stop began, and had not answered a byte of.
struct handled_request {
    std::unique_ptr<http_exchange> exchange;  // null: there was none, and the reason is noted
    std::string moment;                       // how we know
};

// On a connection that is open already. `request` outlives what is returned.
boost::asio::awaitable<handled_request> handler_at_stop(strike_attempt& here,
                                                        const rendered_request& request);

}  // namespace stormdrain
