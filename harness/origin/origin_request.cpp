#include "harness/origin/origin_request.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <utility>

namespace stormdrain {

namespace http = boost::beast::http;

origin_request_reader::origin_request_reader() {
    begin();
}

void origin_request_reader::begin() {
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(head_bytes_max);
    parser_->body_limit(body_bytes_max);
    said_continue_ = false;
}

origin_request_reader::progress origin_request_reader::take(std::string_view bytes) {
    bytes_ += bytes;
    while (!bytes_.empty() && !parser_->is_done()) {
        boost::system::error_code error;
        const std::size_t used = parser_->put(boost::asio::buffer(bytes_), error);
        bytes_.erase(0, used);
        if (error == http::error::need_more) {
            break;
        }
        if (error) {
            failure_ = error.message();
            return progress::malformed;
        }
    }
    return parser_->is_done() ? progress::whole : progress::incomplete;
}

bool origin_request_reader::must_say_continue() {
    const bool waits = parser_->is_header_done() && !parser_->is_done() &&
                       boost::beast::iequals(parser_->get()[http::field::expect], "100-continue");
    return waits && !std::exchange(said_continue_, true);
}

origin_request origin_request_reader::next() {
    parser::value_type message = parser_->release();
    origin_request request;
    request.method = std::string(message.method_string());
    request.path = std::string(message.target());
    request.host = std::string(message[http::field::host]);
    request.persists = message.keep_alive();
    if (boost::beast::websocket::is_upgrade(message)) {
        request.websocket_key = std::string(message[http::field::sec_websocket_key]);
    }
    request.body = std::move(message.body());
    begin();
    return request;
}

}  // namespace stormdrain
