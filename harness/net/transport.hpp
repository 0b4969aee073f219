#pragma once
// One client connection, plain or TLS, owned by the coroutine that uses it. What a peer does
// (reset, EOF, silence) comes back as data, never as an exception; every wait has a deadline.

#include "harness/base/deadline.hpp"
#include "harness/base/time.hpp"
#include "harness/net/connection_log.hpp"
#include "harness/net/socket_address.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace stormdrain {

// What reading until the server's end of the stream showed.
enum class server_close { end_of_stream, reset, still_open };

class transport {
public:
    virtual ~transport();
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;

    // Errors that a caller should expect: asio::error::eof, connection_reset, timed_out. A read
    // that timed out lost nothing and can be repeated.
    virtual boost::asio::awaitable<transfer> read_some(std::span<char> into,
                                                       time_point deadline) = 0;
    // Writes all of it; on failure `bytes` says how much the kernel (TLS: the record layer) took.
    // A TLS record may be cut by a failed write: every later write fails with
    // asio::error::shut_down.
    virtual boost::asio::awaitable<transfer> write(std::string_view bytes, time_point deadline) = 0;

    // Reads and drops until the server's FIN or RST, or the deadline. A close_notify alone does not
    // count: the server may still hold its descriptor.
    boost::asio::awaitable<server_close> wait_for_server_close(time_point deadline);

    // Sends FIN and keeps reading (shutdown(2), SHUT_WR). TLS: no close_notify goes before it.
    boost::system::error_code half_close();
    // Sends RST: SO_LINGER with zero, then close (socket(7)). The error says whether it could.
    boost::system::error_code reset();
    // Closes in an orderly way; TLS: after a close_notify, if the socket takes it without waiting.
    void close();
    bool is_open() const { return socket_.is_open(); }
    // The server's FIN came without close_notify before it (RFC 8446 section 6.1); plain: never.
    bool truncated() const { return truncated_; }

    connection_row& row() { return row_; }
    // For faults that set options or read TCP_INFO.
    stream_socket& socket() { return socket_; }

protected:
    transport(stream_socket socket, connection_row& row, const cycle_clock& cycle_time);
    // Writes into the row what a failed operation says about the server.
    void note(boost::system::error_code error);
    // The same for a read below TLS, which may have met TCP's end: it is remembered, because Asio's
    // edge-triggered epoll reports it once, and a second read would wait until its deadline.
    void note_read(boost::system::error_code error);
    // What TLS says before an orderly close.
    virtual void say_goodbye() {}

    stream_socket socket_;
    connection_row& row_;
    cycle_clock clock_;
    std::optional<boost::system::error_code> tcp_end_;  // eof or connection_reset
    bool truncated_ = false;

private:
    void close_as(connection_end end);
};

}  // namespace stormdrain
