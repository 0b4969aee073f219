#pragma once
// A listening socket and the loop that accepts from it. The loop waits for nothing that a peer
// does: handshakes and requests are the connections' own business.

#include "servers/reference/behaviour.hpp"
#include "servers/reference/metrics.hpp"
#include "servers/reference/sockets.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>

namespace reference {

enum class protocol { http, https };

struct listener_options {
    const behaviour& conduct;
    protocol speaks = protocol::http;
    int backlog = 0;  // what is wanted
    std::chrono::milliseconds defer_accept{0};
    std::chrono::milliseconds backoff{0};  // of accept_action::pause
};

class listener {
public:
    using accept_function = std::function<void(stream_socket, protocol)>;
    using room_function = std::function<bool()>;

    listener(stream_acceptor acceptor, listener_options options, metrics& counted,
             accept_function on_accept, room_function has_room);

    // Accepts until close().
    boost::asio::awaitable<void> run();
    // Takes what is in the accept queue now: those clients have connected in good faith.
    void accept_queued();
    // The file of a UNIX socket goes with it.
    void close();
    // A connection has ended, there may be room again.
    void room_freed();

    protocol speaks() const { return options_.speaks; }
    const stream_endpoint& endpoint() const { return endpoint_; }

private:
    enum class accepted { one, none, aborted, exhausted, gave_up };

    accepted accept_one();
    accepted accept_some(int count_max);
    boost::asio::awaitable<void> pause(std::chrono::steady_clock::time_point until);

    stream_acceptor acceptor_;
    stream_endpoint endpoint_;
    listener_options options_;
    metrics& counted_;
    accept_function on_accept_;
    room_function has_room_;
    boost::asio::steady_timer pause_;
    bool closed_ = false;
};

// A socket of our own. Throws startup_error.
stream_acceptor open_acceptor(const boost::asio::any_io_executor& executor,
                              const stream_endpoint& endpoint, const listener_options& options);
// One that listens already. Throws startup_error.
stream_acceptor adopt_acceptor(const boost::asio::any_io_executor& executor, int descriptor);

}  // namespace reference
