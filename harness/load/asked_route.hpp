#pragma once
// One of the routes that a load asks, and its bytes, made once and sent many times.

#include "harness/net/http2/client_session.hpp"
#include "harness/net/http_exchange.hpp"
#include "harness/net/http_request.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace stormdrain {

struct asked_route {
    std::string name;
    route what;
    rendered_request request;       // as on a connection that is kept
    rendered_request last_request;  // as on a connection that is not
    http2_request over_http2;       // empty in a load of HTTP/1.1
};

inline asked_route ask(std::string name, route what, std::string_view authority) {
    asked_route asked;
    asked.name = std::move(name);
    asked.what = std::move(what);
    asked.request = render(asked.what, authority, connection_use::keep_alive);
    asked.last_request = render(asked.what, authority, connection_use::one_request);
    return asked;
}

}  // namespace stormdrain
