#pragma once
// The responses of one connection, one after the other: what comes behind a response is kept for
// the next one, as a client that pipelines needs it (RFC 9112 section 9.3.2).

#include "harness/base/time.hpp"
#include "harness/net/http_exchange.hpp"
#include "harness/net/response_parser.hpp"
#include "harness/net/transport.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace stormdrain {

struct streamed_response {
    exchange_end end = exchange_end::timed_out;
    response_head head;
    std::uint64_t response_bytes = 0;  // head and body, also of one that is not whole
    std::string error;                 // what the system or the parser said
};

class response_stream {
public:
    // The connection must outlive the stream; nobody else reads from it.
    explicit response_stream(transport& connection) : connection_(connection) {}
    response_stream(const response_stream&) = delete;
    response_stream& operator=(const response_stream&) = delete;

    // The next response, whole or as far as it came. After one that is not whole there is no other.
    boost::asio::awaitable<streamed_response> next(response_parser::request_kind kind,
                                                   time_point deadline);

    // Received behind the responses so far.
    std::size_t bytes_left() const { return received_.size(); }

private:
    transport& connection_;
    std::string received_;  // and not yet part of a response
};

}  // namespace stormdrain
