#pragma once
// One request on a connection of its own, for probes and stop requests.

#include "harness/net/connector.hpp"
#include "harness/net/http_request.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace stormdrain {

struct single_answer {
    bool sent = false;         // the whole request reached the kernel
    int status = 0;            // 0: no whole answer came, or it has none
    bool as_expected = false;  // a whole answer, as the route says
    std::string text;          // "status 503", "Connection refused", ...: for people
};

boost::asio::awaitable<single_answer> request_once(connector& to, route what, std::string purpose,
                                                   time_point deadline);

}  // namespace stormdrain
