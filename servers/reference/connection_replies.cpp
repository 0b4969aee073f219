// What a connection sends: answers, refusals, and what goes through a tunnel.

#include "servers/reference/connection.hpp"
#include "servers/reference/websocket.hpp"

#include <algorithm>
#include <utility>

namespace reference {

namespace asio = boost::asio;

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
        .upgrade = answer.upgrade,
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

asio::awaitable<bool> connection::serve_upgraded(std::string_view protocol,
                                                 std::string websocket_key) {
    return protocol == websocket_protocol ? serve_websocket(std::move(websocket_key))
                                          : serve_tunnel();
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
    const std::string granted = upgrade_granted(tunnel_protocol, context_.date.now());
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

// Messages come back, until one side says Close and the other has said it, too (RFC 6455 7).
asio::awaitable<bool> connection::serve_websocket(std::string key) {
    phase_ = connection_phase::tunnelling;
    is_websocket_ = true;
    count_response(switching_protocols);
    const auto stall_max = context_.options.write_timeout;
    const std::string granted =
        upgrade_granted(websocket_protocol, context_.date.now(), websocket_accept(key));
    outcome last = co_await channel_.send(granted, stall_max);
    websocket_echo socket;
    time_point close_by = never;
    while (last == outcome::done && !socket.is_over()) {
        std::string said = socket.take(input_);
        if (may_leave_websocket() && !socket.has_said_close()) {
            if (context_.conduct.at_websocket_stop() == websocket_action::cut) {
                break;
            }
            said += socket.say_close(close_code::going_away);
            close_by = clock::now() + context_.options.linger_at_stop;
        }
        last = co_await channel_.send(said, stall_max);
        if (last == outcome::done && !socket.is_over()) {
            last = co_await channel_.receive(input_, context_.scratch, close_by);
        }
        if (last == outcome::interrupted) {
            last = outcome::done;  // the stop
        }
    }
    if (last == outcome::done || last == outcome::deadline_passed) {
        ending_ = ending::announced;
    } else {
        co_await end_after(last);
    }
    co_return false;
}

bool connection::may_leave_websocket() const {
    return stopping_ && context_.conduct.at_websocket_stop() != websocket_action::stay;
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

void connection::count_response(int status) {
    reference::count_response(context_.counted, status);
}

}  // namespace reference
