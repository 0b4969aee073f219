#include "servers/reference/connection.hpp"

#include "servers/reference/body_decoder.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace reference {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

connection::connection(const connection_context& context, accepted_socket accepted)
    : context_(context),
      channel_(context.deadlines, std::move(accepted.socket), std::move(accepted.bytes)),
      phase_(accepted.first_phase) {}

void connection::stop() {
    stopping_ = true;
    const stop_action wanted = context_.conduct.at_stop(phase_);
    if (phase_ == connection_phase::closing) {
        channel_.hasten_close(clock::now() + context_.options.linger_at_stop);
    } else if (wanted == stop_action::finish) {
        return;
    } else if (wanted == stop_action::forget) {
        channel_.leak_descriptor();
    } else if (phase_ == connection_phase::handshaking || phase_ == connection_phase::idle ||
               phase_ == connection_phase::tunnelling) {
        // What the socket already holds is still answered.
        channel_.interrupt();
    } else {
        channel_.close();
    }
}

void connection::force_close() {
    if (channel_.is_open()) {
        ++context_.counted.connections_force_closed;
        channel_.close();
    }
}

bool connection::stops_idle() const {
    return stopping_ && context_.conduct.closes_what_becomes_idle() &&
           context_.conduct.at_stop(connection_phase::idle) == stop_action::close_now;
}

asio::awaitable<void> connection::serve() {
    if (phase_ != connection_phase::handshaking || co_await complete_handshake()) {
        while (co_await serve_request()) {
            served_one_ = true;
        }
    }
    phase_ = connection_phase::closing;
    if (ending_ == ending::announced && context_.conduct.drains_before_close()) {
        const auto linger = stopping_ ? context_.options.linger_at_stop : context_.options.linger;
        co_await channel_.close_gently(clock::now() + linger, context_.scratch);
    } else {
        channel_.close();
    }
}

asio::awaitable<bool> connection::complete_handshake() {
    if (stops_idle()) {
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

asio::awaitable<std::optional<head_result>> connection::read_head() {
    const server_options& options = context_.options;
    const head_limits limits = {.head_bytes_max = options.head_bytes_max};
    const bool waits_idle = input_.empty() && served_one_;
    phase_ = input_.empty() ? connection_phase::idle : connection_phase::receiving;
    time_point deadline =
        clock::now() + (waits_idle ? options.keep_alive_timeout : options.header_timeout);
    if (phase_ == connection_phase::idle && stops_idle()) {
        channel_.interrupt();
    }
    for (;;) {
        head_result result = parse_head(input_, limits);
        if (result.state != head_state::incomplete) {
            co_return result;
        }
        const outcome got = co_await channel_.receive(input_, context_.scratch, deadline);
        if (got == outcome::done) {
            if (std::exchange(phase_, connection_phase::receiving) == connection_phase::idle &&
                waits_idle) {
                deadline = clock::now() + options.header_timeout;
            }
        } else if (got == outcome::deadline_passed && phase_ == connection_phase::receiving) {
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
        const time_point deadline = clock::now() + context_.options.body_timeout;
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
    ++context_.counted.requests;
    if (parsed->state == head_state::rejected) {
        co_return co_await refuse(parsed->status);
    }
    co_return co_await answer(*std::move(parsed));
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
        co_return co_await serve_tunnel();
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
    if (!context_.conduct.cancels_handlers()) {
        asio::steady_timer timer(co_await asio::this_coro::executor, done);
        co_await timer.async_wait(asio::use_awaitable);
        co_return true;
    }
    const outcome waited = co_await channel_.wait_for_reset(done);
    const bool writes_on = waited == outcome::reset &&
                           context_.conduct.at_connection_reset() == reset_action::keep_writing;
    if (waited != outcome::deadline_passed && !writes_on) {
        co_await end_after(waited);
        co_return false;
    }
    co_return true;
}

asio::awaitable<bool> connection::reply(request_head head, response answer) {
    phase_ = connection_phase::responding;
    if (answer.body == response::body_kind::echo) {
        answer.text = std::exchange(body_, {});
    }
    body_.clear();
    // Requests that the client has already pipelined are answered before a stop closes.
    const bool stops = stopping_ && input_.empty() && context_.conduct.closes_what_becomes_idle();
    const bool closes = !head.keep_alive || answer.stops_server || stops ||
                        answer.request_body == response::body_use::left_unread;
    const bool is_pattern = answer.body == response::body_kind::pattern;
    const response_head written = {
        .status = answer.status,
        .content_length = is_pattern ? answer.pattern_bytes : answer.text.size(),
        .after = closes ? persistence::close : persistence::keep_alive,
        .minor_version = head.minor_version,
        .allow = answer.status == 405 ? answer.allow : std::string_view{},
        .upgrade = answer.status == 426 ? tunnel_protocol : std::string_view{},
        .date = context_.date.now(),
    };
    count_response(answer.status);
    const std::string first = to_text(written);
    const bool has_body = head.method != "HEAD";
    const std::string_view text =
        has_body && !is_pattern ? std::string_view(answer.text) : std::string_view();
    outcome sent = co_await send_first(first, text);
    if (sent == outcome::reset &&
        context_.conduct.at_connection_reset() == reset_action::keep_writing) {
        sent = co_await send_first(first, text);
    }
    if (sent == outcome::done && has_body && is_pattern) {
        sent = co_await send_body(answer);
    }
    if (answer.stops_server) {
        context_.request_stop();
    }
    if (sent != outcome::done) {
        co_await end_after(sent);
        co_return false;
    }
    if (closes) {
        ending_ = ending::announced;
    }
    co_return !closes && context_.conduct.keeps_connections_alive();
}

// What comes in goes out again, until either side ends.
asio::awaitable<bool> connection::serve_tunnel() {
    phase_ = connection_phase::tunnelling;
    count_response(switching_protocols);
    if (stopping_) {
        stop();  // as one that was open before
    }
    const stop_action wanted = context_.conduct.at_stop(phase_);
    const auto stall_max = context_.options.write_timeout;
    const std::string granted = tunnel_granted(context_.date.now());
    outcome last = co_await channel_.send(granted, stall_max);
    while (last == outcome::done) {
        if (input_.empty()) {
            if (stopping_ && wanted == stop_action::close_now) {
                channel_.interrupt();  // what came meanwhile has made up for the stop's own
            }
            last = co_await channel_.receive(input_, context_.scratch, never);
        } else {
            last = co_await channel_.send(input_, stall_max);
            input_.clear();
        }
    }
    if (last == outcome::interrupted) {
        ending_ = ending::announced;
    } else {
        co_await end_after(last);
    }
    co_return false;
}

asio::awaitable<outcome> connection::send_first(std::string_view head, std::string_view text) {
    const auto stall_max = context_.options.write_timeout;
    if (context_.conduct.writes_response() == write_action::gathered) {
        std::string bytes(head);
        bytes += text;
        co_return co_await channel_.send(bytes, stall_max);
    }
    const std::size_t status_bytes = head.find("\r\n") + 2;
    outcome sent = co_await channel_.send(head.substr(0, status_bytes), stall_max);
    if (sent == outcome::done) {
        sent = co_await channel_.send(head.substr(status_bytes), stall_max);
    }
    if (sent == outcome::done) {
        sent = co_await channel_.send(text, stall_max);
    }
    co_return sent;
}

asio::awaitable<outcome> connection::send_body(const response& answer) {
    std::uint64_t remaining_bytes = answer.pattern_bytes;
    while (remaining_bytes > 0) {
        const auto piece_bytes = std::min<std::uint64_t>(remaining_bytes, pattern().size());
        const outcome sent = co_await channel_.send(pattern().substr(0, piece_bytes),
                                                    context_.options.write_timeout);
        if (sent != outcome::done) {
            co_return sent;
        }
        remaining_bytes -= piece_bytes;
    }
    co_return outcome::done;
}

asio::awaitable<bool> connection::refuse(int status, std::string_view method) {
    phase_ = connection_phase::responding;
    response answer = bare_response(status);
    const response_head written = {
        .status = status,
        .content_length = answer.text.size(),
        .after = persistence::close,
        .date = context_.date.now(),
    };
    count_response(status);
    std::string bytes = to_text(written);
    if (method != "HEAD") {
        bytes += answer.text;
    }
    const outcome sent = co_await channel_.send(bytes, context_.options.write_timeout);
    if (sent == outcome::done) {
        ending_ = ending::announced;
    } else {
        co_await end_after(sent);
    }
    co_return false;
}

asio::awaitable<void> connection::end_after(outcome what) {
    if (what == outcome::deadline_passed) {
        ++context_.counted.deadlines_passed;
    } else if (what == outcome::reset) {
        ++context_.counted.connections_reset;
        if (context_.conduct.at_connection_reset() == reset_action::leak_descriptor) {
            channel_.leak_descriptor();
        }
    } else if (what == outcome::end_of_stream && !context_.conduct.closes_after_end_of_stream()) {
        phase_ = connection_phase::idle;
        co_await channel_.wait_for_reset(never);
    }
}

void connection::count_response(int status) {
    metrics& counted = context_.counted;
    (status < 400   ? counted.responses_2xx
     : status < 500 ? counted.responses_4xx
                    : counted.responses_5xx) += 1;
}

}  // namespace reference
