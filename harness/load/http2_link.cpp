#include "harness/load/http2_link.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/base/deadline.hpp"
#include "harness/load/request_fates.hpp"
#include "harness/net/http_exchange.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <span>
#include <utility>
#include <vector>

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

http2_link::http2_link(const asio::any_io_executor& executor, std::unique_ptr<transport> connection,
                       const cycle_clock& started, load_moments& moments)
    : executor_(executor),
      connection_(std::move(connection)),
      clock_(started),
      moments_(moments),
      session_(*this),
      closing_(executor),
      ended_(executor),
      output_ready_(executor, time_point::max()) {
    row_.connection = connection_->row().id;
    row_.opened = connection_->row().opened;
}

asio::awaitable<void> http2_link::run(time_point deadline) {
    co_await first_of(carry(deadline), until_open(closing_, deadline));
    lose_connection(request_end::abandoned, "the client closed the connection");
    connection_->close();
    row_.ended = connection_->row().server_closed.value_or(clock_.now());
    row_.closed_by_server = connection_->row().server_closed.has_value();
    ended_.open();
}

void http2_link::close() {
    closing_.open();
}

void http2_link::retire() {
    is_retired_ = true;
    if (exchanges_.empty()) {
        close();
    }
}

// Both directions, until reading has met the server's end.
asio::awaitable<void> http2_link::carry(time_point deadline) {
    co_await first_of(read(deadline), write(deadline));
}

asio::awaitable<void> http2_link::read(time_point deadline) {
    std::vector<char> buffer(http_exchange::read_bytes_max);
    while (!has_ended_) {
        const std::span<char> into(buffer);
        const transfer received = co_await connection_->read_some(into, deadline);
        throw_if_cancelled(received.error);
        if (received.error) {
            lose_connection(end_of_exchange(end_for(received.error)), received.error.message());
            co_return;
        }
        const std::string wrong = session_.take(std::string_view(buffer.data(), received.bytes));
        if (!wrong.empty()) {
            lose_connection(request_end::malformed, wrong);
            co_return;
        }
        has_output();
    }
}

// A write that fails ends nothing: the answers that the server has sent before are still to be
// read, and so is its end.
asio::awaitable<void> http2_link::write(time_point deadline) {
    boost::system::error_code failed;
    while (!failed) {
        has_output_ = false;
        const std::string bytes = session_.output();
        if (bytes.empty()) {
            co_await wait_for_output(deadline);
            continue;
        }
        const transfer sent = co_await connection_->write(bytes, deadline);
        throw_if_cancelled(sent.error);
        failed = sent.error;
        if (!session_.broken().empty()) {
            lose_connection(request_end::malformed, session_.broken());
            close();  // RFC 9113 5.4.1: behind that GOAWAY the connection is closed
        }
    }
    gate never_opened(executor_);
    co_await never_opened.wait(deadline);
}

asio::awaitable<void> http2_link::wait_for_output(time_point deadline) {
    while (!has_output_) {
        co_await before(deadline, output_ready_.async_wait(asio::deferred));
        const bool is_cancelled = (co_await asio::this_coro::cancellation_state).cancelled() !=
                                  asio::cancellation_type::none;
        if (is_cancelled) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }
}

void http2_link::has_output() {
    has_output_ = true;
    output_ready_.cancel();
}

std::shared_ptr<http2_exchange> http2_link::ask(const http2_request& what) {
    if (!takes_requests()) {
        return nullptr;
    }
    const std::optional<http2_stream> stream = session_.ask(what);
    if (!stream) {
        return nullptr;
    }
    auto exchange = std::make_shared<http2_exchange>(executor_);
    exchange->stream = *stream;
    exchange->number_on_connection = requests_count_++;
    exchange->began = clock::now();
    if (exchanges_.empty() && last_answer_ != time_point{}) {
        exchange->idle_before = exchange->began - last_answer_;
    }
    ++connection_->row().requests_count;
    row_.highest_stream = *stream;
    exchanges_.emplace(*stream, exchange);
    has_output();
    return exchange;
}

void http2_link::give_up(http2_exchange& exchange, request_end how) {
    if (!exchange.end) {
        session_.cancel(exchange.stream);
        finish(exchange.stream, how, "no whole answer in time");
        has_output();
    }
}

http2_exchange* http2_link::find(http2_stream stream) {
    const auto found = exchanges_.find(stream);
    return found == exchanges_.end() ? nullptr : found->second.get();
}

void http2_link::finish(http2_stream stream, request_end how, std::string error) {
    const auto found = exchanges_.find(stream);
    if (found == exchanges_.end()) {
        return;
    }
    const std::shared_ptr<http2_exchange> done = std::move(found->second);
    exchanges_.erase(found);
    done->end = how;
    done->error = std::move(error);
    done->over = last_answer_ = clock::now();
    if (exchanges_.empty() && row_.goaways_count > 0) {
        row_.quiet_since = clock_.at(done->over);
    }
    done->ended.open();
    if (is_retired_ && exchanges_.empty()) {
        close();
    }
}

void http2_link::lose_connection(request_end how, const std::string& why) {
    has_ended_ = true;
    while (!exchanges_.empty()) {
        finish(exchanges_.begin()->first, how, why);
    }
    has_output();
}

void http2_link::on_sent(http2_stream stream) {
    if (http2_exchange* const asked = find(stream)) {
        asked->all_sent = clock::now();
        moments_.awaiting_first_byte.open();
    }
}

void http2_link::on_answer(http2_stream stream, const http2_answer_head& head) {
    if (http2_exchange* const asked = find(stream)) {
        asked->head = head;
    }
}

void http2_link::on_bytes(http2_stream stream, std::size_t bytes, std::size_t body_bytes) {
    http2_exchange* const asked = find(stream);
    if (asked == nullptr) {
        return;
    }
    if (!asked->first_byte_received) {
        asked->first_byte_received = clock::now();
    } else if (body_bytes > 0) {
        moments_.mid_response.open();
    }
    asked->response_bytes += bytes;
    asked->body_bytes += body_bytes;
}

void http2_link::on_end(http2_stream stream, http2_stream_end end, std::uint32_t code) {
    switch (end) {
        case http2_stream_end::whole:
            ++row_.answered_count;
            finish(stream, request_end::answered, "");
            break;
        case http2_stream_end::refused:
            finish(stream, request_end::unprocessed, "the server has not processed it");
            break;
        case http2_stream_end::reset:
            finish(stream, request_end::reset,
                   std::string("RST_STREAM ") + nghttp2_http2_strerror(code));
            break;
        case http2_stream_end::malformed:
            finish(stream, request_end::malformed,
                   session_.broken().empty()
                       ? std::string("an answer that is none: ") + nghttp2_http2_strerror(code)
                       : session_.broken());
            break;
    }
}

void http2_link::on_goaway(const http2_goaway& told) {
    const since_start now = clock_.now();
    if (row_.goaways_count++ == 0) {
        row_.first_goaway = now;
        row_.first_last_stream = told.last_stream;
        row_.highest_stream_at_first = row_.highest_stream;
    }
    row_.last_goaway = now;
    row_.last_stream = told.last_stream;
    row_.code = told.code;
    if (exchanges_.empty()) {
        row_.quiet_since = now;
    }
}

// Several frames of one stream count once.
void http2_link::on_answer_above_goaway(http2_stream stream) {
    if (stream != last_stray_) {
        last_stray_ = stream;
        ++row_.answered_above_goaway;
    }
}

}  // namespace stormdrain
