#pragma once
// One client's connections, one after the other, in callbacks: connect, shake hands where it is
// TLS, then one write and one read for each batch of requests. What is said and heard is the
// dialogue's (http_dialogue, http2_dialogue); what the bytes look like on the wire is the codec's.

#include "harness/load/engine/byte_codec.hpp"
#include "harness/load/engine/engine_state.hpp"
#include "harness/load/engine/native_socket.hpp"
#include "harness/load/engine/request_notes.hpp"
#include "harness/load/engine/socket_loop.hpp"
#include "harness/net/connector.hpp"

#include <boost/asio/error.hpp>

#include <cerrno>
#include <utility>

namespace stormdrain {

template <byte_codec Codec, class Dialogue>
class http_client final : public engine_client, private socket_watcher {
public:
    // The codec is made of `parts`.
    template <class... CodecParts>
    explicit http_client(engine_state& load, CodecParts&... parts)
        : load_(load), codec_(parts...), dialogue_(load) {}

    void go_on(time_point now) override {
        is_idle_ = false;
        carry_on(now);
        mind_deadline();
    }

    void speak(time_point now) override {
        if (std::exchange(is_to_speak_, false) && state_ == state::open && !is_idle_) {
            carry_on(now);
            mind_deadline();
        }
    }

    void expired(time_point now) override {
        if (state_ == state::connecting || state_ == state::shaking_hands) {
            connect_failed(boost::asio::error::timed_out, now);
            return;
        }
        if (state_ == state::open) {
            heed(dialogue_.timed_out(now));
        }
        go_on(now);
    }

    void abandon(time_point now) override {
        dialogue_.abandon(now);
        close(farewell::said);
        finish();
    }

private:
    using error_code = boost::system::error_code;

    enum class state { closed, resting, connecting, shaking_hands, open };
    // A server that has ended the connection hears none.
    enum class farewell { said, spared };

    // After a connect that failed: at once would take the CPU from the server that is to come up.
    static constexpr duration rest_after_failure = std::chrono::milliseconds(10);
    // The answers to half of a hundred requests, from a server that gives 250,000 a second.
    static constexpr duration held_back_max = std::chrono::microseconds(200);
    // Whole buffers that a client reads before it is the others' turn.
    static constexpr int reads_in_a_row_max = 16;

    bool is_connected() const { return state_ == state::open || state_ == state::shaking_hands; }

    void ready(socket_readiness seen) override {
        const time_point now = clock::now();
        if (state_ == state::connecting && seen.can_write) {
            connect_ended(now);
        } else if (is_connected() && seen.can_write && is_blocked_) {
            is_blocked_ = false;
            flush();
            ask_more(now);
        }
        if (is_connected() && seen.can_read) {
            read(seen, now);
        }
        open_if_closed(now);
        mind_deadline();
    }

    void carry_on(time_point now) {
        if (state_ == state::open) {
            ask_more(now);
            open_if_closed(now);
        } else if (state_ == state::closed || state_ == state::resting) {
            open(now);
        }
    }

    void open_if_closed(time_point now) {
        if (state_ == state::closed && !is_idle_ && !is_finished_) {
            open(now);
        }
    }

    void open(time_point now) {
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
        if (const error_code error = socket_.begin_connect(load_.plan.remote)) {
            connect_failed(error, now);
            return;
        }
        state_ = state::connecting;
        // Most often the connect is over by now, on one machine always: then the first write is
        // taken, and one look less is needed.
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
    static bool is_of_connection(error_code error) {
        return error && error != boost::asio::error::connection_reset &&
               error != boost::asio::error::broken_pipe;
    }

    void connect_ended(time_point now) {
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

    void connected(time_point now) {
        established(now);
        if (codec_.output().empty()) {
            all_is_sent();
        }
        flush();
        watch(is_blocked_ ? socket_loop::interest::reading_and_writing
                          : socket_loop::interest::reading,
              now);
        ask_more(now);
    }

    void established(time_point now) {
        established_ = now;
        state_ = state::shaking_hands;
        if (codec_.is_open()) {
            state_ = state::open;
            dialogue_.connected({established_, now});
        }
    }

    void say_what_was_held(time_point now) {
        dialogue_.write_begins(now);
        codec_.seal(std::exchange(held_, {}));
    }

    void watch(socket_loop::interest wanted, time_point now) {
        if (!load_.loop.watch(socket_.descriptor(), wanted, *this)) {
            connect_failed({errno, boost::system::system_category()}, now);
        }
    }

    void connect_failed(error_code error, time_point now) {
        const connect_stage stage = state_ == state::shaking_hands ? connect_stage::tls_handshake
                                                                   : connect_stage::tcp_connect;
        dialogue_.connect_failed(stage, error, now);
        close(farewell::spared);
        state_ = state::resting;
        load_.wheel.arm(*this, now + rest_after_failure);
    }

    // As much as is due and may be under way on the connection, behind what was sent whole.
    void ask_more(time_point now) {
        while (state_ == state::open && codec_.output().empty()) {
            const std::string_view text = dialogue_.ask(now, load_.plan.pipeline_depth);
            if (!text.empty()) {
                codec_.seal(text);
                flush();
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
    // requests are under way answers come one by one, and to ask behind each would cost a write
    // each: what is less than half of them is held back for a moment.
    void ask_next(time_point now) {
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

    void flush() {
        if (!is_connected() || is_blocked_ || codec_.output().empty()) {
            return;
        }
        while (!codec_.output().empty()) {
            const transfer sent = socket_.send(codec_.output());
            if (sent.error == boost::asio::error::would_block) {
                is_blocked_ = true;
                load_.loop.watch_again(socket_.descriptor(),
                                       socket_loop::interest::reading_and_writing, *this);
                return;
            }
            if (sent.error) {
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

    void all_is_sent() {
        if (state_ == state::open) {
            heed(dialogue_.all_sent(clock::now()));
        }
    }

    // Until nothing is left: an edge is told of once. A read that was not filled took all there was
    // (epoll(7)), but for an end behind it.
    void read(socket_readiness seen, time_point now) {
        for (int count = 0; is_connected(); ++count) {
            if (count == reads_in_a_row_max) {
                load_.loop.watch_again(socket_.descriptor(),
                                       socket_loop::interest::reading_and_writing, *this);
                return;
            }
            const transfer received = socket_.receive(load_.buffer);
            if (received.error == boost::asio::error::would_block) {
                return;
            }
            if (received.error) {
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

    void take(std::string_view bytes, time_point now) {
        const opened_bytes opened = codec_.open(bytes);
        if (state_ == state::shaking_hands) {
            shake_hands(opened.error, now);
        }
        if (state_ == state::open && !opened.text.empty()) {
            heed(dialogue_.take(opened.text, now));
        }
        flush();
        // Also behind the server's goodbye: whoever looks for it before he asks is another client.
        if (!opened.error || opened.error == boost::asio::error::eof) {
            ask_next(now);
        }
        if (state_ == state::open && opened.error) {
            ended(opened.error, now);
        }
    }

    void shake_hands(error_code error, time_point now) {
        if (codec_.is_open()) {
            state_ = state::open;
            const time_point shaken = clock::now();
            dialogue_.connected({established_, shaken, codec_.is_resumed()});
            say_what_was_held(shaken);
        } else if (error) {
            flush();  // the alert that says why
            connect_failed(error, now);
        }
    }

    void ended(error_code error, time_point now) {
        if (state_ == state::shaking_hands) {
            connect_failed(error, now);
            return;
        }
        dialogue_.ended(error, now);
        close(farewell::spared);
    }

    void heed(connection_fate fate) {
        if (fate == connection_fate::to_be_closed) {
            close(farewell::said);
        }
    }

    void leave_off(time_point now) {
        if (load_.is_over(now)) {
            close(farewell::said);
            finish();
        } else if (!std::exchange(is_idle_, true)) {
            load_.idle.push_back(this);
        }
    }

    void finish() {
        timer_wheel::disarm(*this);
        if (!std::exchange(is_finished_, true)) {
            --load_.clients_running;
        }
    }

    void close(farewell wanted) {
        if (is_connected() && !is_blocked_) {  // behind half a record it would be noise
            codec_.close();
            if (wanted == farewell::said && !codec_.output().empty()) {
                socket_.send(codec_.output());  // whether it is heard does not matter any more
            }
        }
        socket_.close();
        state_ = state::closed;
        is_blocked_ = false;
        held_ = {};
        dialogue_.closed();
    }

    // While no request is under way there is nothing to wait for, but for the end of a rest.
    void mind_deadline() {
        if (dialogue_.is_waiting()) {
            load_.wheel.arm(*this, dialogue_.deadline());
        } else if (state_ != state::resting) {
            timer_wheel::disarm(*this);
        }
    }

    engine_state& load_;
    Codec codec_;
    Dialogue dialogue_;
    native_socket socket_;
    state state_ = state::closed;
    bool is_idle_ = false;
    bool is_finished_ = false;
    bool is_to_speak_ = false;
    bool is_blocked_ = false;  // the kernel takes no more for now
    bool connected_once_ = false;
    std::string_view held_;  // the first request's text, until it can be sealed
    time_point established_{};
};

}  // namespace stormdrain
