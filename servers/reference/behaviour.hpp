#pragma once
// The decisions of the server that real servers get wrong. The reference build uses them as they
// are; a build of servers/defects/ overrides one and is then the smallest faithful carrier of a
// real bug. What is not a decision (parsing, waiting, closing) is not here.

#include "servers/reference/drain_latch.hpp"
#include "servers/reference/event_log.hpp"
#include "servers/reference/request_head.hpp"
#include "servers/reference/sockets.hpp"
#include "servers/reference/stream.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>

namespace reference {

// Where a connection is in its life.
enum class connection_phase {
    handshaking,
    silent,  // no byte of the first request yet
    idle,    // one was answered, no byte of the next yet
    receiving,
    handling,
    responding,
    tunnelling,  // another protocol took over
    closing,
};

enum class accept_action {
    go_on,    // the next one may fare better
    pause,    // accepting, for --accept-backoff
    give_up,  // accepting, for good
};
enum class stop_action {
    finish,
    close_now,
    linger,  // our side ends, then the client's is waited for
    forget,  // the descriptor stays open: for defect builds
};
enum class end_action {
    close,
    keep,  // until the stop
    spin,  // reading the same end again and again
};
enum class write_action {
    gathered,  // head and small body in one segment
    split,     // status line, fields and body each by themselves, and Nagle's algorithm left on
};
// What a stop says on an HTTP/2 connection (RFC 9113 6.8).
enum class goaway_action {
    in_two_steps,  // one that refuses nothing, and after a round trip the one that counts
    none,
    understated,  // the one that counts names a stream below those that are answered
};
// What a stop does to a WebSocket (RFC 6455 7.4.1).
enum class websocket_action {
    say_going_away,  // a Close frame, and then its client's is waited for as long as
                     // --linger-at-stop says
    cut,             // the connection ends without one
    stay,            // nothing
};
enum class reset_action { close, leak_descriptor, keep_writing };

class behaviour {
public:
    virtual ~behaviour() = default;

    // Before anything else. Ignores SIGPIPE: a peer that is gone is an error code, not a death.
    virtual void at_process_start() const;
    virtual bool opens_listeners() const { return true; }
    // Connections of the server before us may linger in TIME_WAIT on this port.
    virtual bool reuses_address() const { return true; }
    // A port that cannot be had is said, and told by the exit status.
    virtual bool reports_failed_listen() const { return true; }
    // Each time a server is about to serve: once a process, or once an in-process restart.
    virtual void at_server_start() const {}

    // Of listen(2): what --backlog wants.
    virtual int backlog(int wanted) const { return wanted; }
    // So many at a time, then the connections get their turn.
    virtual int accepts_per_turn() const { return 64; }
    // From one such turn to the next; zero: as soon as somebody waits to be accepted.
    virtual std::chrono::milliseconds accept_interval() const { return {}; }
    // accept(2) has failed. Without descriptors or memory the queue stays readable, and a loop
    // that tries again at once burns a core (joyent/libuv#690).
    virtual accept_action at_accept_error(int error) const;
    // A connection was accepted. Some servers ask the socket something first, which fails when its
    // client is gone already (getpeername(2): ENOTCONN).
    virtual accept_action at_accepted(int /*descriptor*/) const { return accept_action::go_on; }
    // Connections at a time: what --max-connections wants, and whether a client that resets its
    // own gives back its place.
    virtual std::size_t connections_max(std::size_t wanted) const { return wanted; }
    virtual bool frees_place_of_reset() const { return true; }
    // A stop takes who has connected before it out of the accept queue: whom the close finds there
    // is reset by the kernel.
    virtual bool accepts_queued_at_stop() const { return true; }
    virtual void close_listener(stream_acceptor& acceptor) const;
    // A socket file that nobody listens on goes before bind(2), its own goes at the end.
    virtual bool clears_control_socket() const { return true; }

    // TLS handshakes that a listener lets go on at a time. One: it awaits each before it accepts
    // the next connection.
    virtual std::size_t handshakes_max() const { return std::numeric_limits<std::size_t>::max(); }
    virtual bool enforces_handshake_deadline() const { return true; }
    virtual bool closes_after_failed_handshake() const { return true; }

    // False: it is closed after every response, and nobody is told.
    virtual bool keeps_connections_alive() const { return true; }
    // Whether the client's request lets the connection stay open behind its response (RFC 9112
    // 9.3): not with Connection: close, nor by itself in HTTP/1.0.
    virtual bool may_keep_alive(const request_head& head) const { return head.keep_alive; }
    // What came behind a request is the next one (RFC 9112 9.3.2).
    virtual bool keeps_pipelined_requests() const { return true; }
    // Behind a last answer the client's bytes are drained before the close (RFC 9112 9.6): over
    // unread ones it would be a reset.
    virtual bool drains_before_close() const { return true; }
    // A request that does not go on is given up: --header-timeout, --body-timeout and
    // --request-timeout count.
    virtual bool limits_requests() const { return true; }
    // Behind its own close_notify it waits for the client's no longer than --linger says.
    virtual bool limits_wait_for_close_notify() const { return true; }
    // Of what a wakeup brings, every TLS record is read, not the first alone.
    virtual record_reading reads_records() const { return record_reading::all; }
    virtual write_action writes_response() const { return write_action::gathered; }
    // Until the task of a new connection has its first turn: a busy runtime gives it one late.
    virtual std::chrono::milliseconds first_turn_delay() const { return {}; }
    // How long a connection may be idle that --keep-alive-timeout allows so much.
    virtual std::chrono::milliseconds idle_limit(std::chrono::milliseconds configured) const {
        return configured;
    }
    // The time that a connection may be idle ends with its next request.
    virtual bool ends_idle_time_with_request() const { return true; }
    // Keep-alive ends when the client's side ends.
    virtual end_action at_end_of_stream() const { return end_action::close; }
    // An HTTP/2 client that opens streams and resets them is closed: --max-stream-resets counts.
    virtual bool limits_stream_resets() const { return true; }
    // What answers a stream is given up when its client resets it.
    virtual bool ends_handlers_of_reset_streams() const { return true; }
    // A client that ends its side behind its request still reads (RFC 9112 9.6).
    virtual bool answers_half_closed() const { return true; }
    virtual reset_action at_connection_reset() const { return reset_action::close; }

    virtual bool obeys_stop_signal() const { return true; }
    // What a stop does to a connection: who owes nothing goes at once, others may finish.
    virtual stop_action at_stop(connection_phase phase) const;
    virtual websocket_action at_websocket_stop() const { return websocket_action::say_going_away; }
    virtual goaway_action at_http2_stop() const { return goaway_action::in_two_steps; }
    // HTTP/2: what the last GOAWAY does not refuse is answered before the close.
    virtual bool completes_streams() const { return true; }
    // Behind them the connection is closed. Otherwise that is left to its client.
    virtual bool closes_behind_streams() const { return true; }
    // The stop waits for a client that has not sent its preface no longer than --linger-at-stop.
    virtual bool limits_http2_preface() const { return true; }
    // A connection that has come to speak HTTP/2 behind the stop hears of it, too.
    virtual bool tells_late_http2() const { return true; }
    // What is answered after the stop is closed behind the answer, which says so.
    virtual bool closes_what_becomes_idle() const { return true; }
    // What the socket of an idle connection already holds is a request that was sent before.
    virtual bool answers_received_at_stop() const { return true; }
    // Whether the end of the client's side is waited for as long as --linger says, and no longer.
    virtual bool bounds_linger() const { return true; }
    // A handler that is at work ends with its connection.
    virtual bool cancels_handlers() const { return true; }
    virtual bool enforces_drain_deadline() const { return true; }
    // When it has passed, and in a forced stop.
    virtual bool force_closes(connection_phase /*phase*/) const { return true; }
    virtual std::unique_ptr<drain_latch> make_drain_latch(
        const boost::asio::any_io_executor& executor, const event_log& log) const;
    virtual int exit_status() const { return 0; }
};

}  // namespace reference
