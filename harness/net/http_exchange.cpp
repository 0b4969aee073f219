#include "harness/net/http_exchange.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/base/pause.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <span>
#include <utility>

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

namespace {

rendered_request render_script(const script& what) {
    rendered_request request;
    auto turns = std::make_shared<const script_turns>(turns_of(what));
    if (const std::size_t first = first_sending(turns->first); first < turns->first.size()) {
        const std::vector<script_step>& steps = turns->first[first].before;
        request.text = text_of(turns->first[first]);
        request.head_bytes =
            std::ranges::find(steps, script_step::kind::send, &script_step::does)->text.size();
    }
    request.turns = std::move(turns);
    return request;
}

// Which turns a request has depends on whether it is the first on its connection.
std::span<const script_turn> turns_for(const rendered_request& request, transport& connection) {
    if (!request.turns) {
        return {};
    }
    return connection.row().requests_count == 0 ? request.turns->first : request.turns->later;
}

}  // namespace

rendered_request render(const route& what, std::string_view authority, connection_use use) {
    if (what.talk) {
        return render_script(*what.talk);
    }
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
      turns_(turns_for(request, connection)),
      parser_(turns_.empty() ? response_parser(request.kind)
                             : response_parser(turns_.front().answer)),
      read_bytes_(read_bytes),
      buffer_(std::make_unique_for_overwrite<char[]>(read_bytes)) {}

asio::awaitable<void> http_exchange::run(time_point deadline) {
    if (request_.has_body() && turns_.empty()) {
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
    sends_itself_ = true;
    if (turns_.empty()) {
        co_await write(request_.text, deadline);
        if (!send_error_) {
            all_is_sent();
        }
    } else {
        co_await send_turns(deadline);
    }
}

asio::awaitable<void> http_exchange::write(std::string_view text, time_point deadline) {
    const transfer sent = co_await connection_.write(text, put_off(deadline));
    throw_if_cancelled(sent.error);
    send_error_ = sent.error;
}

void http_exchange::all_is_sent() {
    report_.all_sent = clock::now();
    const bool is_asked = !report_.first_byte_received && early_.empty();
    if (is_asked && is_last_turn() && on_awaiting_first_byte) {
        on_awaiting_first_byte();
    }
}

bool http_exchange::is_last_turn() const {
    return turn_ + 1 >= turns_.size();
}

asio::awaitable<void> http_exchange::send_turns(time_point deadline) {
    co_await begin_turn(deadline);
    while (!is_over() && !send_error_ && !is_last_turn()) {
        co_await receive_some(deadline);
    }
}

// The client's part of a turn. The times are those behind its last pause: until then the server
// knows of nothing.
asio::awaitable<void> http_exchange::begin_turn(time_point deadline) {
    const time_point answered = clock::now();
    report_.write_began = answered;
    for (const script_step& step : turns_[turn_].before) {
        if (step.does == script_step::kind::send) {
            co_await write(step.text, deadline);
        } else {
            co_await hold_back(step);
            report_.write_began = clock::now();
        }
        if (is_over() || send_error_) {
            co_return;
        }
    }
    report_.idle_before = report_.write_began - answered;
    all_is_sent();
}

asio::awaitable<void> http_exchange::hold_back(script_step step) {
    const time_point began = clock::now();
    if (step.does == script_step::kind::wait) {
        co_await pause(step.length);
    } else if (at_barrier) {
        const bool all_came = co_await at_barrier(step.text);
        if (!all_came) {
            report_.error = "not all clients came to the barrier \"" + step.text + "\"";
            finish(exchange_end::held_back);
        }
    }
    held_back_ += clock::now() - began;
}

time_point http_exchange::put_off(time_point deadline) const {
    return deadline > time_point::max() - held_back_ ? time_point::max() : deadline + held_back_;
}

asio::awaitable<void> http_exchange::next_turn(time_point deadline) {
    const std::uint32_t turns_done = report_.turns_done + 1;
    ++turn_;
    turn_is_whole_ = false;
    report_ = {};
    report_.turns_done = turns_done;
    parser_ = response_parser(turns_[turn_].answer);
    const bool is_sent_by_others = !sends_itself_ && turn_ == first_sending(request_.turns->first);
    if (!is_sent_by_others) {
        co_await begin_turn(deadline);
    }
}

asio::awaitable<void> http_exchange::receive(time_point deadline) {
    while (!is_over()) {
        co_await receive_some(deadline);
    }
}

asio::awaitable<transfer> http_exchange::read(time_point deadline) {
    const std::span<char> into(buffer_.get(), read_bytes_);
    const transfer received = co_await connection_.read_some(into, put_off(deadline));
    throw_if_cancelled(received.error);
    co_return received;
}

asio::awaitable<void> http_exchange::receive_some(time_point deadline) {
    if (is_over()) {
        co_return;
    }
    if (!early_.empty()) {
        const std::string early = std::exchange(early_, {});
        take(early);
    } else {
        const transfer received = co_await read(deadline);
        if (received.bytes > 0) {
            take(std::string_view(buffer_.get(), received.bytes));
        }
        if (received.error && !is_over() && !turn_is_whole_) {
            fail(received.error);
        }
    }
    if (turn_is_whole_) {
        co_await next_turn(deadline);
    }
}

void http_exchange::take(std::string_view bytes) {
    if (!report_.first_byte_received) {
        report_.first_byte_received = clock::now();
    }
    const std::size_t used = parser_.feed(bytes);
    const bool more_turns = !is_last_turn() && parser_.state() == parse_state::complete;
    report_.response_bytes += more_turns ? used : bytes.size();
    if (parser_.state() == parse_state::malformed) {
        report_.error = parser_.error();
        finish(exchange_end::malformed);
    } else if (more_turns) {
        turn_is_whole_ = true;
        early_ = bytes.substr(used);
    } else if (used < bytes.size()) {
        // Nothing else was asked for, so these bytes answer nothing.
        report_.error = std::to_string(bytes.size() - used) + " bytes after the response's end";
        finish(exchange_end::malformed);
    } else if (parser_.state() == parse_state::complete) {
        finish(exchange_end::whole);
    } else if (on_mid_response && is_last_turn()) {
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
    const bool client_closes = request_.turns && request_.turns->client_closes;
    report_.persists =
        end == exchange_end::whole && !parser_.head().close_announced && !client_closes;
}

}  // namespace stormdrain
