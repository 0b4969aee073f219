#pragma once
// Brings a connection to the point of its life where a fault is to strike it.

#include "faults/strike.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace stormdrain {

struct way_to_point {
    strike_point point = strike_point::idle;  // from request_headers to idle
    std::string route_name;
    connect_options connecting = {};
};

// Says what was sent and received; empty: the connection did not get there, and the reason is
// noted.
boost::asio::awaitable<std::string> reach_point(strike_attempt& here, way_to_point way);

// A route of the usual target on which connections get there.
std::string route_to_reach(strike_point point);

}  // namespace stormdrain
