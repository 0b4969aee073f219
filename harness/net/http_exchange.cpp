#include "harness/net/http_exchange.hpp"

#include "harness/base/concurrently.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/system/system_error.hpp>

#include <span>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// Being cancelled is the caller's doing, not the server's.
void throw_if_cancelled(boost::system::error_code error) {
    if (error == asio::error::operation_aborted) {
        throw boost::system::system_error(error);
    }
}

}  // namespace

exchange_end end_for(boost::system::error_code error) {
    if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
        return exchange_end::end_of_stream;
    }
    if (error == asio::error::timed_out) {
        return exchange_end::timed_out;
    }
    // What remains of a TLS session are alerts and records that do not decrypt.
    const bool from_the_system = error.category() == boost::system::system_category();
    return from_the_system ? exchange_end::reset : exchange_end::malformed;
}

rendered_request render(const route& what, std::string_view authority, connection_use use) {
    rendered_request request;
    request.text = request_head(what, authority, use);
    request.head_bytes = request.text.size();
    request.text += request_body(what);
    if (what.method == "HEAD") {
        request.kind = response_parser::request_kind::head_request;
    }
    return request;
}

http_exchange::http_exchange(transport& connection, const rendered_request& request,
                             std::size_t read_bytes)
    : connection_(connection),
      request_(request),
      parser_(request.kind),
      read_bytes_(read_bytes),
      buffer_(std::make_unique_for_overwrite<char[]>(read_bytes)) {}

asio::awaitable<void> http_exchange::run(time_point deadline) {
    if (request_.has_body()) {
        co_await both_of(send(deadline), receive(deadline));
        // An answer to half a request leaves the other half in the way of the next one.
        report_.persists = report_.persists && report_.all_sent.has_value();
    } else {
        co_await send(deadline);
        co_await receive(deadline);
    }
}

asio::awaitable<void> http_exchange::send(time_point deadline) {
    report_.write_began = clock::now();
    ++connection_.row().requests_count;
    const transfer sent = co_await connection_.write(request_.text, deadline);
    throw_if_cancelled(sent.error);
    send_error_ = sent.error;
    if (sent.error) {
        co_return;
    }
    report_.all_sent = clock::now();
    if (!report_.first_byte_received && on_awaiting_first_byte) {
        on_awaiting_first_byte();
    }
}

asio::awaitable<void> http_exchange::receive(time_point deadline) {
    while (!is_over()) {
        co_await receive_some(deadline);
    }
}

asio::awaitable<void> http_exchange::receive_some(time_point deadline) {
    if (is_over()) {
        co_return;
    }
    const std::span<char> into(buffer_.get(), read_bytes_);
    const transfer received = co_await connection_.read_some(into, deadline);
    throw_if_cancelled(received.error);
    if (received.bytes > 0) {
        take(std::string_view(buffer_.get(), received.bytes));
    }
    if (received.error && !is_over()) {
        fail(received.error);
    }
}

void http_exchange::take(std::string_view bytes) {
    if (!report_.first_byte_received) {
        report_.first_byte_received = clock::now();
    }
    report_.response_bytes += bytes.size();
    const std::size_t used = parser_.feed(bytes);
    if (parser_.state() == parse_state::malformed) {
        report_.error = parser_.error();
        finish(exchange_end::malformed);
    } else if (used < bytes.size()) {
        // Nothing else was asked for, so these bytes answer nothing.
        report_.error = std::to_string(bytes.size() - used) + " bytes after the response's end";
        finish(exchange_end::malformed);
    } else if (parser_.state() == parse_state::complete) {
        finish(exchange_end::whole);
    } else if (on_mid_response) {
        on_mid_response();
    }
}

void http_exchange::fail(boost::system::error_code error) {
    if (error == asio::error::eof) {
        parser_.end_of_stream();
        if (parser_.state() == parse_state::complete) {
            finish(exchange_end::whole);
            report_.persists = false;
            return;
        }
    }
    // The failed write came first and says more: reading it only showed that no answer is left.
    const boost::system::error_code first = send_error_ ? send_error_ : error;
    report_.error = first.message();
    finish(end_for(first));
}

void http_exchange::finish(exchange_end end) {
    report_.end = end;
    report_.ended = clock::now();
    report_.persists = end == exchange_end::whole && !parser_.head().close_announced;
}

}  // namespace stormdrain
