#include "servers/reference/connection.hpp"

#include "servers/reference/body_decoder.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace reference {

namespace asio = boost::asio;

connection::connection(const connection_context& context, accepted_socket accepted)
    : context_(context),
      channel_(context.deadlines, std::move(accepted.socket), std::move(accepted.bytes)),
      phase_(accepted.first_phase),
      is_tls_(phase_ == connection_phase::handshaking) {}

void connection::stop() {
    stopping_ = true;
    if (http2_) {
        http2_->stop();
        return;
    }
    if (is_websocket_ && phase_ == connection_phase::tunnelling) {
        if (may_leave_websocket()) {
            channel_.interrupt();
        }
        return;
    }
    const stop_action wanted = context_.conduct.at_stop(phase_);
    const bool awaits_request =
        phase_ == connection_phase::silent || phase_ == connection_phase::idle;
    if (phase_ == connection_phase::closing && !waits_for_close_notify()) {
        channel_.hasten_close(clock::now() + context_.options.linger_at_stop);
    } else if (phase_ == connection_phase::closing || wanted == stop_action::finish) {
        return;
    } else if (wanted == stop_action::forget) {
        channel_.leak_descriptor();
    } else if (wanted == stop_action::linger) {
        ending_ = ending::announced;
        channel_.interrupt();
    } else if (phase_ == connection_phase::tunnelling ||
               (context_.conduct.answers_received_at_stop() &&
                (phase_ == connection_phase::handshaking || awaits_request))) {
        // A request that the socket already holds is still answered.
        channel_.interrupt();
    } else {
        channel_.close();
    }
}

void connection::force_close() {
    if (channel_.is_open() && context_.conduct.force_closes(phase_)) {
        ++context_.counted.connections_force_closed;
        channel_.close();
    }
}

bool connection::stops_now() const {
    const bool may_stay =
        phase_ == connection_phase::idle && !context_.conduct.closes_what_becomes_idle();
    return stopping_ && !may_stay && context_.conduct.at_stop(phase_) == stop_action::close_now;
}

bool connection::waits_for_close_notify() const {
    return is_tls_ && !context_.conduct.limits_wait_for_close_notify();
}

asio::awaitable<void> connection::serve() {
    if (phase_ != connection_phase::handshaking || co_await complete_handshake()) {
        co_await await_first_turn();
        if (channel_.protocol() == "h2") {
            co_await serve_http2();
        } else {
            while (co_await serve_request()) {
                served_one_ = true;
            }
        }
    }
    phase_ = connection_phase::closing;
    if (ending_ == ending::announced && context_.conduct.drains_before_close()) {
        const auto linger = stopping_ ? context_.options.linger_at_stop : context_.options.linger;
        const bool is_bounded = context_.conduct.bounds_linger() && !waits_for_close_notify();
        const time_point deadline = is_bounded ? clock::now() + linger : never;
        co_await channel_.close_gently(deadline, context_.scratch);
    } else {
        channel_.close();
    }
}

asio::awaitable<bool> connection::complete_handshake() {
    if (stops_now()) {
        channel_.interrupt();
    }
    const time_point deadline = context_.conduct.enforces_handshake_deadline()
                                    ? clock::now() + context_.options.handshake_timeout
                                    : never;
    const outcome shaken = co_await channel_.handshake(deadline);
    context_.handshake_over();
    if (shaken == outcome::done) {
        ++context_.counted.handshakes_completed;
        co_return true;
    }
    if (shaken != outcome::interrupted && shaken != outcome::closed) {
        ++context_.counted.handshakes_failed;
        co_await end_after(shaken);
        if (!context_.conduct.closes_after_failed_handshake()) {
            channel_.leak_descriptor();
        }
    }
    co_return false;
}

asio::awaitable<void> connection::await_first_turn() {
    const std::chrono::milliseconds delay = context_.conduct.first_turn_delay();
    phase_ = connection_phase::silent;
    if (delay.count() > 0) {
        asio::steady_timer timer(context_.executor, delay);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

void connection::request_begins() {
    phase_ = connection_phase::receiving;
    request_deadline_ = clock::now() + context_.options.request_timeout;
}

time_point connection::within_request(time_point wanted) const {
    return context_.conduct.limits_requests() ? std::min(wanted, request_deadline_) : never;
}

asio::awaitable<std::optional<head_result>> connection::read_head() {
    const server_options& options = context_.options;
    const head_limits limits = {.head_bytes_max = options.head_bytes_max};
    const bool waits_idle = input_.empty() && served_one_;
    phase_ = served_one_ ? connection_phase::idle : connection_phase::silent;
    if (!input_.empty()) {
        request_begins();
    }
    time_point deadline =
        clock::now() + (waits_idle ? context_.conduct.idle_limit(options.keep_alive_timeout)
                                   : options.header_timeout);
    idle_deadline_ = waits_idle ? deadline : never;
    if (phase_ != connection_phase::receiving && stops_now()) {
        channel_.interrupt();
    }
    for (;;) {
        head_result result = parse_head(input_, limits);
        if (result.state != head_state::incomplete) {
            co_return result;
        }
        const bool has_begun = phase_ == connection_phase::receiving;
        const outcome got = co_await channel_.receive(
            input_, context_.scratch, has_begun ? within_request(deadline) : deadline);
        if (got == outcome::done) {
            if (!has_begun) {
                request_begins();
            }
            if (!has_begun && waits_idle) {
                deadline = clock::now() + options.header_timeout;
            }
        } else if (got == outcome::deadline_passed && has_begun) {
            ++context_.counted.deadlines_passed;
            co_return head_result{.state = head_state::rejected, .status = 408, .head = {}};
        } else {
            co_await end_after(got);
            co_return std::nullopt;
        }
    }
}

asio::awaitable<int> connection::read_body(request_head head) {
    if (head.content_length.value_or(0) > context_.options.body_bytes_max) {
        co_return 413;
    }
    if (head.expects_continue && input_.empty()) {
        const outcome sent =
            co_await channel_.send("HTTP/1.1 100 Continue\r\n\r\n", context_.options.write_timeout);
        if (sent != outcome::done) {
            co_await end_after(sent);
            co_return 0;
        }
    }
    co_return co_await read_body_pieces(std::move(head));
}

asio::awaitable<int> connection::read_body_pieces(request_head head) {
    body_decoder decoder(head, context_.options.body_bytes_max);
    for (;;) {
        std::string_view rest = input_;
        body_piece piece;
        do {
            piece = decoder.decode(rest);
            body_ += piece.payload;
            rest.remove_prefix(piece.consumed);
        } while (piece.consumed > 0 && piece.state == body_state::incomplete);
        input_.erase(0, input_.size() - rest.size());
        if (piece.state == body_state::complete) {
            co_return 200;
        }
        if (piece.state != body_state::incomplete) {
            co_return piece.state == body_state::too_large ? 413 : 400;
        }
        const time_point deadline = within_request(clock::now() + context_.options.body_timeout);
        const outcome got = co_await channel_.receive(input_, context_.scratch, deadline);
        if (got == outcome::deadline_passed) {
            ++context_.counted.deadlines_passed;
            co_return 408;
        }
        if (got != outcome::done) {
            co_await end_after(got);
            co_return 0;
        }
    }
}

asio::awaitable<bool> connection::serve_request() {
    std::optional<head_result> parsed = co_await read_head();
    if (!parsed) {
        co_return false;
    }
    if (has_http2_preface()) {
        co_await serve_http2();
        co_return false;
    }
    ++context_.counted.requests;
    if (parsed->state == head_state::rejected) {
        co_return co_await refuse(parsed->status);
    }
    co_return co_await answer(*std::move(parsed));
}

// RFC 9113 3.3 and 3.4: to HTTP/1.1 its first line is a request of a version that nobody knows.
bool connection::has_http2_preface() const {
    constexpr std::string_view first_line = "PRI * HTTP/2.0\r\n\r\n";
    return context_.speaks_http2 && !served_one_ && !is_tls_ && input_.starts_with(first_line);
}

asio::awaitable<void> connection::serve_http2() {
    phase_ = connection_phase::handling;
    http2_ = std::make_unique<http2_connection>(context_, channel_);
    if (stopping_ && context_.conduct.tells_late_http2()) {
        http2_->stop();
    }
    std::string received = std::exchange(input_, {});
    const outcome last = co_await http2_->serve(std::move(received));
    http2_.reset();
    if (last == outcome::done) {
        ending_ = ending::announced;
    } else {
        co_await end_after(last);
    }
}

asio::awaitable<bool> connection::answer(head_result parsed) {
    request_head head = std::move(parsed.head);
    head.keep_alive = context_.conduct.may_keep_alive(head);
    input_.erase(0, parsed.bytes);
    if (!head.has_body() && !context_.conduct.keeps_pipelined_requests()) {
        input_.clear();
    }
    response answer = respond_to(head, context_.counted);
    if (answer.status == switching_protocols) {
        co_return co_await serve_upgraded(answer.upgrade, std::move(head.websocket_key));
    }
    if (head.has_body() && answer.request_body == response::body_use::read_first) {
        // A client that waits for 100 gets the refusal instead, and may or may not send the body:
        // only closing tells the two apart.
        if (head.expects_continue && answer.status != 200) {
            co_return co_await refuse(answer.status);
        }
        const int status = co_await read_body(head);
        if (status == 0) {
            co_return false;
        }
        if (status != 200) {
            co_return co_await refuse(status);
        }
    }
    const bool handled = co_await handle(answer);
    if (!handled) {
        co_return false;
    }
    co_return co_await reply(std::move(head), std::move(answer));
}

asio::awaitable<bool> connection::handle(const response& answer) {
    phase_ = connection_phase::handling;
    if (answer.delay.count() == 0) {
        co_return true;
    }
    const time_point done = clock::now() + answer.delay;
    if (idle_deadline_ < done && !context_.conduct.ends_idle_time_with_request()) {
        const outcome ended = co_await channel_.wait_for_reset(idle_deadline_);
        co_await end_after(ended);
        co_return false;
    }
    if (!context_.conduct.cancels_handlers()) {
        asio::steady_timer timer(co_await asio::this_coro::executor, done);
        co_await timer.async_wait(asio::use_awaitable);
        co_return true;
    }
    const half_close seen_as =
        context_.conduct.answers_half_closed() ? half_close::is_legal : half_close::is_reset;
    const outcome waited = co_await channel_.wait_for_reset(done, seen_as);
    const bool writes_on = waited == outcome::reset &&
                           context_.conduct.at_connection_reset() == reset_action::keep_writing;
    if (waited != outcome::deadline_passed && !writes_on) {
        co_await end_after(waited);
        co_return false;
    }
    co_return true;
}

asio::awaitable<void> connection::end_after(outcome what) {
    if (what == outcome::deadline_passed) {
        ++context_.counted.deadlines_passed;
    } else if (what == outcome::reset) {
        ++context_.counted.connections_reset;
        if (context_.conduct.at_connection_reset() == reset_action::leak_descriptor) {
            channel_.leak_descriptor();
        }
    } else if (what == outcome::end_of_stream) {
        co_await after_end_of_stream();
    }
}

asio::awaitable<void> connection::after_end_of_stream() {
    const end_action wanted = context_.conduct.at_end_of_stream();
    if (wanted == end_action::close) {
        co_return;
    }
    phase_ = connection_phase::idle;
    if (wanted == end_action::keep) {
        co_await channel_.wait_for_reset(never);
        co_return;
    }
    outcome got = outcome::end_of_stream;
    while (got == outcome::end_of_stream) {
        co_await channel_.wait_for_input(never);
        got = co_await channel_.receive(input_, context_.scratch, never);
    }
}

}  // namespace reference
