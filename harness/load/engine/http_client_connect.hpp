#pragma once
// How a connection of the engine's client comes to be, or does not. A part of http_client.hpp.

#include "harness/load/engine/http_client.hpp"

#include <boost/asio/error.hpp>

namespace stormdrain {

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::open(time_point now) {
    state_ = state::closed;
    held_ = dialogue_.ask(now, 1);
    if (held_.empty()) {
        leave_off(now);
        return;
    }
    if (!std::exchange(connected_once_, true)) {
        load_.book.first_connect_began(now);
    }
    codec_.restart();
    // What a handshake's first words cost us is no time of the connect's.
    dialogue_.connect_begins(codec_.is_open() ? now : clock::now());
    begin_connect(now);
}

// A UNIX socket is connected at once, or its listener's queue is full, and nothing tells when it no
// longer is (connect(2), EAGAIN).
template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::begin_connect(time_point now) {
    const bool is_again = state_ == state::queueing;
    const socket_wishes wishes{conduct_.source()};
    error_code error = is_again ? socket_.connect_again(load_.plan.remote)
                                : socket_.begin_connect(load_.plan.remote, wishes);
    const bool is_queueing = error == boost::asio::error::would_block;
    if (!is_again && (!error || is_queueing)) {
        conduct_.has_socket(socket_.descriptor());
    }
    if (is_queueing && conduct_.waits_for_queue(*this, now)) {
        state_ = state::queueing;
        return;
    }
    state_ = state::connecting;
    if (error) {
        connect_failed(error, now);
        return;
    }
    begin_to_speak(now);
}

// Most often the connect is over by now, on one machine always: then the first write is taken, and
// one look less is needed.
template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::begin_to_speak(time_point now) {
    const time_point write_began = clock::now();
    if (codec_.is_open()) {
        say_what_was_held(write_began);
    }
    const transfer first = socket_.send(codec_.output());
    if (first.error == boost::asio::error::would_block) {
        watch(socket_loop::interest::reading_and_writing, now);
    } else if (is_of_connection(first.error)) {
        connect_failed(first.error, now);
    } else {
        codec_.sent(first.bytes);
        connected(write_began);
    }
}

// A server that took the connection and dropped it at once is no connect that failed.
template <byte_codec Codec, class Dialogue>
bool http_client<Codec, Dialogue>::is_of_connection(error_code error) {
    return error && error != boost::asio::error::connection_reset &&
           error != boost::asio::error::broken_pipe;
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::connect_ended(time_point now) {
    if (const error_code error = socket_.connect_result()) {
        connect_failed(error, now);
        return;
    }
    if (codec_.is_open()) {
        dialogue_.write_begins(now);
    }
    established(now);
    flush();
    ask_more(now);
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::connected(time_point now) {
    established(now);
    if (codec_.output().empty()) {
        all_is_sent();
    }
    flush();
    if (!is_connected()) {
        return;
    }
    watch(is_blocked_ ? socket_loop::interest::reading_and_writing : socket_loop::interest::reading,
          now);
    ask_more(now);
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::established(time_point now) {
    established_ = now;
    state_ = state::shaking_hands;
    if (codec_.is_open()) {
        state_ = state::open;
        dialogue_.connected({established_, now});
        conduct_.connected();
    }
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::say_what_was_held(time_point now) {
    dialogue_.write_begins(now);
    codec_.seal(std::exchange(held_, {}));
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::watch(socket_loop::interest wanted, time_point now) {
    if (!load_.loop.watch(socket_.descriptor(), wanted, *this)) {
        connect_failed({errno, boost::system::system_category()}, now);
    }
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::shake_hands(error_code error, time_point now) {
    if (codec_.is_open()) {
        state_ = state::open;
        const time_point shaken = clock::now();
        dialogue_.connected({established_, shaken, codec_.is_resumed()});
        conduct_.connected();
        say_what_was_held(shaken);
    } else if (error) {
        flush();  // the alert that says why
        connect_failed(error, now);
    }
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::connect_failed(error_code error, time_point now) {
    const connect_stage stage =
        state_ == state::shaking_hands ? connect_stage::tls_handshake : connect_stage::tcp_connect;
    conduct_.connect_failed(stage);
    dialogue_.connect_failed(stage, error, now);
    close(farewell::spared);
    state_ = state::resting;
    conduct_.rest_after_failure(*this, now);
}

}  // namespace stormdrain
