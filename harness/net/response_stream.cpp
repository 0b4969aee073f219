#include "harness/net/response_stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <utility>
#include <vector>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

bool is_over(const response_parser& parser) {
    return parser.state() == parse_state::complete || parser.state() == parse_state::malformed;
}

}  // namespace

asio::awaitable<streamed_response> response_stream::next(response_parser::request_kind kind,
                                                         time_point deadline) {
    response_parser parser(kind);
    streamed_response seen;
    std::vector<char> buffer(http_exchange::read_bytes_max);
    transfer read;
    while (!is_over(parser) && !read.error) {
        if (received_.empty()) {
            read = co_await connection_.read_some(buffer, deadline);
            received_.assign(buffer.data(), read.bytes);
        }
        const std::size_t used = parser.feed(received_);
        seen.response_bytes += used;
        received_.erase(0, used);
    }
    if (read.error == asio::error::operation_aborted) {
        throw boost::system::system_error(read.error);
    }
    if (read.error == asio::error::eof) {
        parser.end_of_stream();
    }
    seen.head = parser.head();
    if (parser.state() == parse_state::complete) {
        seen.end = exchange_end::whole;
    } else if (parser.state() == parse_state::malformed) {
        seen.end = exchange_end::malformed;
        seen.error = parser.error();
    } else {
        seen.end = end_for(read.error);
        seen.error = read.error.message();
    }
    co_return seen;
}

}  // namespace stormdrain
