#pragma once
// One client's connections, one after the other, in callbacks: connect, then one write and one read
// for each batch of requests. What is said and heard is http_dialogue's; what the bytes look like
// on the wire is the codec's.

#include "harness/load/engine/byte_codec.hpp"
#include "harness/load/engine/engine_state.hpp"
#include "harness/load/engine/http_dialogue.hpp"
#include "harness/load/engine/native_socket.hpp"
#include "harness/load/engine/socket_loop.hpp"

#include <boost/asio/error.hpp>

#include <cerrno>
#include <utility>

namespace stormdrain {

template <byte_codec Codec>
class http_client final : public engine_client, private socket_watcher {
public:
    explicit http_client(engine_state& load, Codec codec = {})
        : load_(load), codec_(std::move(codec)), dialogue_(load) {}

    void go_on(time_point now) override {
        is_idle_ = false;
        carry_on(now);
        mind_deadline();
    }

    void expired(time_point now) override {
        if (state_ == state::connecting) {
            connect_failed(boost::asio::error::timed_out, now);
            return;
        }
        if (state_ == state::open) {
            dialogue_.timed_out(now);
            close();
        }
        go_on(now);
    }

    void abandon(time_point now) override {
        dialogue_.abandon(now);
        close();
        finish();
    }

private:
    using error_code = boost::system::error_code;
    using connection_fate = http_dialogue::connection_fate;

    enum class state { closed, resting, connecting, open };

    // After a connect that failed: at once would take the CPU from the server that is to come up.
    static constexpr duration rest_after_failure = std::chrono::milliseconds(10);
    // Whole buffers that a client reads before it is the others' turn.
    static constexpr int reads_in_a_row_max = 16;

    void ready(readiness seen) override {
        const time_point now = clock::now();
        if (state_ == state::connecting && seen.can_write) {
            connect_ended(now);
        } else if (state_ == state::open && seen.can_write && !unsent_.empty()) {
            flush();
            ask_more(now);
        }
        if (state_ == state::open && seen.can_read) {
            read(seen, now);
        }
        if (state_ == state::closed && !is_idle_) {
            open(now);
        }
        mind_deadline();
    }

    void carry_on(time_point now) {
        if (state_ == state::open) {
            ask_more(now);
        } else if (state_ != state::connecting) {
            open(now);
        }
    }

    void open(time_point now) {
        state_ = state::closed;
        const std::string_view text = dialogue_.ask(now, 1);
        if (text.empty()) {
            leave_off(now);
            return;
        }
        if (!std::exchange(connected_once_, true)) {
            load_.book.first_connect_began(now);
        }
        dialogue_.connect_begins(now);
        if (const error_code error = socket_.begin_connect(load_.plan.remote)) {
            connect_failed(error, now);
            return;
        }
        state_ = state::connecting;
        codec_.restart();
        unsent_ = codec_.seal(text);
        // Most often the connect is over by now, on one machine always: then the first write is
        // taken, and one look less is needed.
        const time_point write_began = clock::now();
        dialogue_.write_begins(write_began);
        const transfer first = socket_.send(unsent_);
        if (first.error == boost::asio::error::would_block) {
            watch(socket_loop::interest::reading_and_writing, now);
        } else if (is_of_connection(first.error)) {
            connect_failed(first.error, now);
        } else {
            unsent_.remove_prefix(first.bytes);
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
        dialogue_.write_begins(now);
        state_ = state::open;
        dialogue_.connected({now, now});
        flush();
        ask_more(now);
    }

    void connected(time_point now) {
        state_ = state::open;
        dialogue_.connected({now, now});
        flush();
        watch(socket_loop::interest::reading, now);
        ask_more(now);
    }

    void watch(socket_loop::interest wanted, time_point now) {
        if (!load_.loop.watch(socket_.descriptor(), wanted, *this)) {
            connect_failed({errno, boost::system::system_category()}, now);
        }
    }

    void connect_failed(error_code error, time_point now) {
        dialogue_.connect_failed(connect_stage::tcp_connect, error, now);
        close();
        state_ = state::resting;
        load_.wheel.arm(*this, now + rest_after_failure);
    }

    // As much as is due and fits into the pipeline, behind what was sent whole.
    void ask_more(time_point now) {
        if (state_ != state::open || !unsent_.empty()) {
            return;
        }
        const std::string_view text = dialogue_.ask(now, load_.plan.pipeline_depth);
        if (!text.empty()) {
            unsent_ = codec_.seal(text);
            flush();
        } else if (!dialogue_.is_waiting()) {
            leave_off(now);
        }
    }

    void flush() {
        while (!unsent_.empty()) {
            const transfer sent = socket_.send(unsent_);
            if (sent.error == boost::asio::error::would_block) {
                load_.loop.watch_again(socket_.descriptor(),
                                       socket_loop::interest::reading_and_writing, *this);
                return;
            }
            if (sent.error) {
                unsent_ = {};
                heed(dialogue_.send_failed(sent.error));
                return;
            }
            unsent_.remove_prefix(sent.bytes);
        }
        heed(dialogue_.all_sent(clock::now()));
    }

    // Until nothing is left: an edge is told of once. A read that was not filled took all there was
    // (epoll(7)), but for an end behind it.
    void read(readiness seen, time_point now) {
        for (int count = 0; state_ == state::open; ++count) {
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
            const opened_bytes opened = codec_.open({load_.buffer.data(), received.bytes});
            heed(dialogue_.take(opened.text, now));
            if (opened.error && state_ == state::open) {
                ended(opened.error, now);
            }
            // At once, and without a look at whether the server hung up, as any client might.
            ask_more(now);
            if (received.bytes < load_.buffer.size() && !seen.has_ended) {
                return;
            }
            now = clock::now();
        }
    }

    void ended(error_code error, time_point now) {
        dialogue_.ended(error, now);
        close();
    }

    void heed(connection_fate fate) {
        if (fate == connection_fate::to_be_closed) {
            close();
        }
    }

    void leave_off(time_point now) {
        if (load_.is_over(now)) {
            close();
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

    void close() {
        socket_.close();
        state_ = state::closed;
        unsent_ = {};
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
    http_dialogue dialogue_;
    native_socket socket_;
    state state_ = state::closed;
    bool is_idle_ = false;
    bool is_finished_ = false;
    bool connected_once_ = false;
    std::string_view unsent_;
};

}  // namespace stormdrain
