#pragma once
// What the engine's client does with an open connection. A part of http_client.hpp.

#include "harness/load/engine/http_client.hpp"

#include <boost/asio/error.hpp>

namespace stormdrain {

// As much as is due and may be under way on the connection, behind what was sent whole.
template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::ask_more(time_point now) {
    while (state_ == state::open && !is_at_rest() && codec_.output().empty()) {
        const std::string_view text = dialogue_.ask(now, load_.plan.pipeline_depth);
        if (!text.empty()) {
            codec_.seal(text);
            flush();
            read_what_is_there(now);
            continue;
        }
        if (dialogue_.is_waiting()) {
            return;
        }
        if (dialogue_.is_used_up()) {
            close(farewell::said);
        } else {
            leave_off(now);
        }
        return;
    }
}

// At once, and without a look at whether the server hung up, as any client might. Where many
// requests are under way answers come one by one, and to ask behind each would cost a write each:
// what is less than half of them is held back for a moment.
template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::ask_next(time_point now) {
    if constexpr (Dialogue::gathers_requests) {
        if (dialogue_.room_count() * 2 < load_.plan.pipeline_depth) {
            if (load_.to_speak.empty()) {
                load_.speak_by = now + held_back_max;
            }
            if (!std::exchange(is_to_speak_, true)) {
                load_.to_speak.push_back(this);
            }
            return;
        }
    }
    ask_more(now);
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::flush() {
    if (!is_connected() || is_blocked_ || codec_.output().empty()) {
        return;
    }
    while (!codec_.output().empty()) {
        const transfer sent = socket_.send(codec_.output());
        if (sent.error == boost::asio::error::would_block) {
            is_blocked_ = true;
            load_.loop.watch_again(socket_.descriptor(), socket_loop::interest::reading_and_writing,
                                   *this);
            return;
        }
        if (sent.error) {
            conduct_.heard_end(sent.error);
            codec_.sent(codec_.output().size());
            if (state_ == state::open) {
                heed(dialogue_.send_failed(sent.error));
            }
            return;  // in a handshake: reading tells why
        }
        codec_.sent(sent.bytes);
    }
    all_is_sent();
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::all_is_sent() {
    if (state_ == state::open) {
        heed(dialogue_.all_sent(clock::now()));
    }
}

// What came before anything was asked, and was not looked at.
template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::read_what_is_there(time_point now) {
    if (!is_connected() || !std::exchange(has_unread_, false)) {
        return;
    }
    socket_readiness seen;
    seen.can_read = seen.has_ended = true;  // it may have
    read(seen, now);
}

// Until nothing is left: an edge is told of once. A read that was not filled took all there was
// (epoll(7)), but for an end behind it.
template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::read(socket_readiness seen, time_point now) {
    for (int count = 0; is_connected(); ++count) {
        if (is_lingering_ || !may_read()) {
            has_unread_ = true;
            return;
        }
        if (const error_code before = std::exchange(unheard_, {})) {
            ended(before, now);
            return;
        }
        if (count == reads_in_a_row_max) {
            load_.loop.watch_again(socket_.descriptor(), socket_loop::interest::reading_and_writing,
                                   *this);
            return;
        }
        const transfer received = socket_.receive(load_.buffer);
        if (received.error == boost::asio::error::would_block) {
            return;
        }
        if (received.error) {
            conduct_.heard_end(received.error);
            ended(received.error, now);
            return;
        }
        take({load_.buffer.data(), received.bytes}, now);
        if (received.bytes < load_.buffer.size() && !seen.has_ended) {
            return;
        }
        now = clock::now();
    }
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::take(std::string_view bytes, time_point now) {
    const opened_bytes opened = codec_.open(bytes);
    if (opened.error == boost::asio::error::eof) {
        conduct_.heard_end(opened.error);
    }
    if (state_ == state::holding) {
        return;  // only TCP's end counts: above it the server may still hold its descriptor
    }
    if (state_ == state::shaking_hands) {
        shake_hands(opened.error, now);
    }
    if (state_ == state::open && !opened.text.empty()) {
        heed(dialogue_.take(opened.text, now));
        if (state_ == state::open && dialogue_.is_amid_answer()) {
            conduct_.is_amid_answer(socket_.descriptor());
        }
    }
    flush();
    // Also behind the server's goodbye: whoever looks for it before he asks is another client.
    if (!opened.error || opened.error == boost::asio::error::eof) {
        ask_next(now);
    }
    if (state_ == state::open && opened.error) {
        if (is_lingering_ || !may_read()) {
            unheard_ = opened.error;
            has_unread_ = true;
        } else {
            ended(opened.error, now);
        }
    }
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::ended(error_code error, time_point now) {
    if (state_ == state::shaking_hands) {
        connect_failed(error, now);
        return;
    }
    if (state_ == state::holding) {
        close(farewell::spared);
        is_idle_ = false;
        leave_off(now);
        return;
    }
    dialogue_.ended(error, now);
    heed(connection_fate::to_be_closed, farewell::spared);
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::heed(connection_fate fate, farewell how) {
    const bool is_to_close = fate == connection_fate::to_be_closed;
    if (conduct_.lingers(*this)) {
        is_lingering_ = true;
    }
    if (is_lingering_ && is_to_close) {
        close_after_lingering_ = how;
    } else if (is_to_close) {
        close(how);
    }
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::leave_off(time_point now) {
    if (std::exchange(is_idle_, true)) {
        return;
    }
    switch (conduct_.rest(*this, now)) {
        case client_rest::waits:
            break;
        case client_rest::holds:
            if (state_ == state::open) {
                state_ = state::holding;
                read_what_is_there(now);
            }
            break;
        case client_rest::leaves:
            close(farewell::said);
            finish();
            break;
    }
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::finish() {
    timer_wheel::disarm(*this);
    if (!std::exchange(is_finished_, true)) {
        --load_.clients_running;
    }
}

// Session tickets above all, which nobody asks for: unread, they would turn our FIN into RST
// (RFC 2525 section 2.17).
template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::take_what_came() {
    const transfer received = socket_.receive(load_.buffer);
    if (!received.error) {
        codec_.open({load_.buffer.data(), received.bytes});
    }
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::close(farewell wanted) {
    if (is_connected() && Codec::says_goodbye && wanted == farewell::said &&
        conduct_.reads_while_idle() == idle_reading::with_next_request) {
        take_what_came();
    }
    if (is_connected() && !is_blocked_) {  // behind half a record it would be noise
        codec_.close();
        if (wanted == farewell::said && !codec_.output().empty()) {
            socket_.send(codec_.output());  // whether it is heard does not matter any more
        }
    }
    if (socket_.is_open()) {
        socket_.close();
        conduct_.closed();
    }
    state_ = state::closed;
    is_blocked_ = has_unread_ = false;
    unheard_ = {};
    held_ = {};
    dialogue_.closed();
}

}  // namespace stormdrain
