#pragma once
// One socket: steps of its stream, and waits between them that a deadline, a stop or a forced
// close can end. One coroutine may receive while another sends. Single-threaded: everything
// belongs to the io_context's thread.

#include "servers/reference/deadline_queue.hpp"
#include "servers/reference/sockets.hpp"
#include "servers/reference/stream.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace reference {

enum class outcome {
    done,
    end_of_stream,
    deadline_passed,
    interrupted,  // by interrupt(), and the socket held nothing more
    reset,        // by the peer
    failed,       // TLS
    closed,       // by us, meanwhile
};

// What the end of the client's side means to who waits for a reset.
enum class half_close { is_legal, is_reset };

class channel {
public:
    channel(deadline_queue& deadlines, stream_socket socket, std::unique_ptr<stream> bytes);

    // reset: nobody is there. The socket is one that is not connected yet.
    boost::asio::awaitable<outcome> connect(stream_endpoint endpoint, time_point deadline);
    boost::asio::awaitable<outcome> handshake(time_point deadline);
    // Appends what there is to `input`; `scratch` is where it is read to first.
    boost::asio::awaitable<outcome> receive(std::string& input, std::span<char> scratch,
                                            time_point deadline);
    // All of `bytes`; every piece that the peer takes gives it `stall_max` more.
    boost::asio::awaitable<outcome> send(std::string_view bytes,
                                         std::chrono::milliseconds stall_max);
    // deadline_passed: nothing happened until then.
    boost::asio::awaitable<outcome> wait_for_reset(time_point deadline,
                                                   half_close seen_as = half_close::is_legal);
    // done: there is something to read, if only the end; or look again.
    boost::asio::awaitable<outcome> wait_for_input(time_point deadline);

    // The handshake, receive or wait_for_reset that runs, or the next one, takes what the socket
    // already holds and does not wait. Ends one of them.
    void interrupt();

    // What TLS has agreed on; empty: nothing.
    std::string_view protocol() const { return bytes_->protocol(); }
    bool is_open() const { return socket_.is_open(); }
    // At once, with close_notify if it can be sent without waiting.
    void close();
    // As RFC 9112 9.6 asks: end our side, let the peer's bytes drain, close. An unread byte would
    // turn the close into a reset, which destroys what the peer has not read yet.
    boost::asio::awaitable<void> close_gently(time_point deadline, std::span<char> scratch);
    void hasten_close(time_point deadline);
    // With a reset, so that nobody takes what the peer has got for the whole of it.
    void abort();
    // Forgets the descriptor without closing it: for defect builds.
    void leak_descriptor();

private:
    // Ends the waits on a socket when its deadline passes.
    class wait_limit final : deadline_owner {
    public:
        wait_limit(deadline_queue& deadlines, stream_socket& socket)
            : deadline_owner(deadlines), socket_(socket) {}
        void begin(time_point deadline);
        void hasten(time_point deadline);
        bool end();  // true when it has passed

    private:
        void on_deadline() override;

        stream_socket& socket_;
        bool passed_ = false;
    };

    boost::asio::awaitable<outcome> wait(stream_socket::wait_type readiness, time_point deadline);
    // Waits for what a step wants; done: try the step again.
    boost::asio::awaitable<outcome> settle(step last, time_point deadline);
    boost::asio::awaitable<void> end_our_side();
    boost::asio::awaitable<void> yield_if_greedy(std::size_t bytes);

    stream_socket socket_;
    std::unique_ptr<stream> bytes_;
    std::size_t moved_bytes_ = 0;  // since the last suspension
    wait_limit input_limit_;
    wait_limit output_limit_;
    time_point close_deadline_ = never;
    bool interrupted_ = false;
};

}  // namespace reference
