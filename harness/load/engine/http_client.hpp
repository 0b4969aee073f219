#pragma once
// One client's connections, one after the other, in callbacks: connect, shake hands where it is
// TLS, then one write and one read for each batch of requests. What is said and heard is the
// dialogue's (http_dialogue, http2_dialogue); what the bytes look like on the wire is the codec's;
// what the client does between its requests is the conduct's.

#include "harness/load/engine/byte_codec.hpp"
#include "harness/load/engine/client_conduct.hpp"
#include "harness/load/engine/engine_state.hpp"
#include "harness/load/engine/native_socket.hpp"
#include "harness/load/engine/request_notes.hpp"
#include "harness/load/engine/socket_loop.hpp"
#include "harness/net/connector.hpp"

#include <boost/asio/error.hpp>

#include <cerrno>
#include <optional>
#include <utility>

namespace stormdrain {

template <byte_codec Codec, class Dialogue>
class http_client final : public engine_client, private socket_watcher {
public:
    // The codec is made of `parts`.
    template <class... CodecParts>
    http_client(engine_state& load, client_conduct& conduct, CodecParts&... parts)
        : load_(load), conduct_(conduct), codec_(parts...), dialogue_(load, conduct) {}

    void go_on(time_point now) override {
        if (is_finished_) {
            return;
        }
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
        if (state_ == state::queueing || state_ == state::connecting ||
            state_ == state::shaking_hands) {
            connect_failed(boost::asio::error::timed_out, now);
            return;
        }
        if (state_ == state::open) {
            heed(dialogue_.timed_out(now));
        }
        go_on(now);
    }

    void abandon(time_point now) override {
        is_lingering_ = false;
        dialogue_.abandon(now);
        close(farewell::said);
        finish();
    }

private:
    using error_code = boost::system::error_code;

    enum class state {
        closed,
        resting,
        queueing,  // for a place in the queue of a UNIX socket's listener
        connecting,
        shaking_hands,
        open,
        holding,  // open, and of no use but to see when the server ends it
    };
    // A server that has ended the connection hears none.
    enum class farewell { said, spared };

    // The answers to half of a hundred requests, from a server that gives 250,000 a second.
    static constexpr duration held_back_max = std::chrono::microseconds(200);
    // Whole buffers that a client reads before it is the others' turn.
    static constexpr int reads_in_a_row_max = 16;

    bool is_connected() const {
        return state_ == state::open || state_ == state::shaking_hands || state_ == state::holding;
    }
    bool is_at_rest() const {
        return is_lingering_ ||
               (is_idle_ && conduct_.reads_while_idle() == idle_reading::with_next_request);
    }
    bool may_read() const {
        return state_ != state::open || dialogue_.is_waiting() ||
               conduct_.reads_while_idle() == idle_reading::at_once;
    }

    void ready(socket_readiness seen) override;
    void carry_on(time_point now);
    void open_if_closed(time_point now);

    // How a connection comes to be: http_client_connect.hpp.
    void open(time_point now);
    void begin_connect(time_point now);
    void begin_to_speak(time_point now);
    static bool is_of_connection(error_code error);
    void connect_ended(time_point now);
    void connected(time_point now);
    void established(time_point now);
    void say_what_was_held(time_point now);
    void watch(socket_loop::interest wanted, time_point now);
    void shake_hands(error_code error, time_point now);
    void connect_failed(error_code error, time_point now);

    // What is said and heard on it: http_client_talk.hpp.
    void ask_more(time_point now);
    void ask_next(time_point now);
    void flush();
    void all_is_sent();
    void read_what_is_there(time_point now);
    void read(socket_readiness seen, time_point now);
    void take(std::string_view bytes, time_point now);
    void ended(error_code error, time_point now);
    void heed(connection_fate fate, farewell how = farewell::said);
    void leave_off(time_point now);
    void finish();
    void take_what_came();
    void close(farewell wanted);

    // While no request is under way there is nothing to wait for, but for the end of a rest.
    void mind_deadline() {
        if (dialogue_.is_waiting()) {
            load_.wheel.arm(*this, dialogue_.deadline());
        } else if (state_ != state::resting) {
            timer_wheel::disarm(*this);
        }
    }

    engine_state& load_;
    client_conduct& conduct_;
    Codec codec_;
    Dialogue dialogue_;
    native_socket socket_;
    state state_ = state::closed;
    bool is_idle_ = false;
    bool is_finished_ = false;
    bool is_to_speak_ = false;
    bool is_blocked_ = false;  // the kernel takes no more for now
    bool connected_once_ = false;
    bool has_unread_ = false;    // something came while nothing was asked
    bool is_lingering_ = false;  // nothing is done before go_on()
    std::optional<farewell> close_after_lingering_;
    error_code unheard_;     // an end above TCP that came while nothing was asked
    std::string_view held_;  // the first request's text, until it can be sealed
    time_point established_{};
};

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::ready(socket_readiness seen) {
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

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::carry_on(time_point now) {
    if (std::exchange(is_lingering_, false) && close_after_lingering_) {
        close(*std::exchange(close_after_lingering_, std::nullopt));
    }
    switch (state_) {
        case state::open:
            ask_more(now);
            open_if_closed(now);
            break;
        case state::closed:
        case state::resting:
            open(now);
            break;
        case state::queueing:
            begin_connect(now);
            break;
        case state::holding:
            leave_off(now);
            break;
        case state::connecting:
        case state::shaking_hands:
            break;
    }
}

template <byte_codec Codec, class Dialogue>
void http_client<Codec, Dialogue>::open_if_closed(time_point now) {
    if (state_ == state::closed && !is_idle_ && !is_finished_ && !is_lingering_) {
        open(now);
    }
}

}  // namespace stormdrain

#include "harness/load/engine/http_client_connect.hpp"
#include "harness/load/engine/http_client_talk.hpp"
