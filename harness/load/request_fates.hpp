#pragma once
// What a client writes down of how a request ended: the same for every client of a load.

#include "harness/load/ledger.hpp"
#include "harness/net/connector.hpp"
#include "harness/net/http_exchange.hpp"
#include "harness/net/response_parser.hpp"

#include <boost/system/error_code.hpp>

namespace stormdrain {

// Of a request whose connection did not come to be.
request_end end_of_connect(connect_stage stage, boost::system::error_code error);

request_end end_of_exchange(exchange_end end);

struct exchange_progress {
    bool all_sent = false;  // the request
    bool whole = false;     // the exchange, not only the response
};

// What was under way when it ended, whether it failed or not.
failure_phase phase_of(const response_parser& response, exchange_progress progress);

}  // namespace stormdrain
