#include "servers/reference/channel.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace reference {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
// A peer that is always ready must not keep the thread from the others.
constexpr std::size_t bytes_per_turn = 1024 * 1024;
// What is drained of a peer that goes on sending: an upload that was refused
// (benoitc/gunicorn#3590). The deadline is the limit for honest ones, this one is for those that
// send as fast as they can.
constexpr std::size_t drained_bytes_max = std::size_t{64} * 1024 * 1024;

}  // namespace

channel::channel(deadline_queue& deadlines, stream_socket socket, std::unique_ptr<stream> bytes)
    : socket_(std::move(socket)),
      bytes_(std::move(bytes)),
      input_limit_(deadlines, socket_),
      output_limit_(deadlines, socket_) {}

void channel::wait_limit::begin(time_point deadline) {
    passed_ = false;
    set_deadline(deadline);
}

void channel::wait_limit::hasten(time_point deadline) {
    if (this->deadline() != never) {
        set_deadline(std::min(this->deadline(), deadline));
    }
}

bool channel::wait_limit::end() {
    set_deadline(never);
    return passed_;
}

void channel::wait_limit::on_deadline() {
    passed_ = true;
    // The other direction's wait ends with it, and begins again (see wait()).
    error_code ignored;  // nothing to cancel is as good
    socket_.cancel(ignored);
}

asio::awaitable<outcome> channel::wait(stream_socket::wait_type readiness, time_point deadline) {
    if (!socket_.is_open()) {
        co_return outcome::closed;
    }
    moved_bytes_ = 0;
    wait_limit& limit = readiness == stream_socket::wait_write ? output_limit_ : input_limit_;
    limit.begin(deadline);
    const auto [error] = co_await socket_.async_wait(readiness, as_result);
    const bool deadline_passed = limit.end();
    if (!socket_.is_open()) {
        co_return outcome::closed;
    }
    if (!error) {
        co_return outcome::done;
    }
    if (error != asio::error::operation_aborted) {
        co_return outcome::reset;
    }
    co_return deadline_passed ? outcome::deadline_passed : outcome::done;
}

asio::awaitable<outcome> channel::settle(step last, time_point deadline) {
    switch (last.state) {
        case step_state::done:
            co_return outcome::done;
        case step_state::end_of_stream:
            co_return outcome::end_of_stream;
        case step_state::reset:
            co_return outcome::reset;
        case step_state::failed:
            co_return outcome::failed;
        case step_state::wants_output:
            co_return co_await wait(stream_socket::wait_write, deadline);
        case step_state::wants_input:
            break;
    }
    if (std::exchange(interrupted_, false)) {
        co_return outcome::interrupted;
    }
    co_return co_await wait(stream_socket::wait_read, deadline);
}

asio::awaitable<outcome> channel::connect(stream_endpoint endpoint, time_point deadline) {
    while (socket_.is_open()) {
        // Asked again once it can be written to, connect(2) tells how the first call has ended.
        if (::connect(socket_.native_handle(), endpoint.data(),
                      static_cast<socklen_t>(endpoint.size())) == 0 ||
            errno == EISCONN) {
            co_return outcome::done;
        }
        if (errno != EINPROGRESS && errno != EALREADY && errno != EINTR) {
            co_return outcome::reset;
        }
        const outcome next = co_await wait(stream_socket::wait_write, deadline);
        if (next != outcome::done) {
            co_return next;
        }
    }
    co_return outcome::closed;
}

asio::awaitable<outcome> channel::handshake(time_point deadline) {
    while (socket_.is_open()) {
        const step now = bytes_->handshake();
        const outcome next = co_await settle(now, deadline);
        if (next != outcome::done || now.state == step_state::done) {
            co_return next;
        }
    }
    co_return outcome::closed;
}

asio::awaitable<outcome> channel::receive(std::string& input, std::span<char> scratch,
                                          time_point deadline) {
    bool try_now = interrupted_ || bytes_->may_have_input();
    while (socket_.is_open()) {
        const step now = try_now ? bytes_->read(scratch) : step{step_state::wants_input};
        try_now = true;
        if (now.state == step_state::done) {
            interrupted_ = false;
            input.append(scratch.data(), now.bytes);
            co_await yield_if_greedy(now.bytes);
            co_return outcome::done;
        }
        const outcome next = co_await settle(now, deadline);
        if (next != outcome::done) {
            co_return next;
        }
    }
    co_return outcome::closed;
}

asio::awaitable<outcome> channel::send(std::string_view bytes,
                                       std::chrono::milliseconds stall_max) {
    while (socket_.is_open()) {
        if (bytes.empty()) {
            co_return outcome::done;
        }
        const step now = bytes_->write(bytes);
        if (now.state == step_state::done) {
            bytes.remove_prefix(now.bytes);
            co_await yield_if_greedy(now.bytes);
            continue;
        }
        const outcome next = co_await settle(now, clock::now() + stall_max);
        if (next != outcome::done) {
            co_return next;
        }
    }
    co_return outcome::closed;
}

asio::awaitable<outcome> channel::wait_for_input(time_point deadline) {
    co_return co_await wait(stream_socket::wait_read, deadline);
}

asio::awaitable<outcome> channel::wait_for_reset(time_point deadline, half_close seen_as) {
    while (!std::exchange(interrupted_, false)) {
        const auto readiness =
            seen_as == half_close::is_reset ? stream_socket::wait_read : stream_socket::wait_error;
        const outcome next = co_await wait(readiness, deadline);
        if (next != outcome::done) {
            co_return next;
        }
        if (seen_as == half_close::is_reset) {
            char first = 0;
            const ssize_t count = ::recv(socket_.native_handle(), &first, 1, MSG_PEEK);
            if (count == 0) {
                co_return outcome::end_of_stream;
            }
            if (count > 0) {
                seen_as = half_close::is_legal;  // the next request stays readable
            }
        }
        pollfd condition = {.fd = socket_.native_handle(), .events = 0, .revents = 0};
        if (::poll(&condition, 1, 0) > 0 && (condition.revents & (POLLERR | POLLHUP)) != 0) {
            co_return outcome::reset;
        }
        // Urgent data wakes this wait as well and would do so again and again.
        char urgent = 0;
        [[maybe_unused]] const ssize_t taken =
            ::recv(socket_.native_handle(), &urgent, 1, MSG_OOB);  // fails when there is none
    }
    co_return outcome::interrupted;
}

asio::awaitable<void> channel::yield_if_greedy(std::size_t bytes) {
    moved_bytes_ += bytes;
    if (moved_bytes_ >= bytes_per_turn) {
        moved_bytes_ = 0;
        co_await asio::post(socket_.get_executor(), asio::use_awaitable);
    }
}

void channel::interrupt() {
    interrupted_ = true;
    error_code ignored;  // nothing to cancel is as good
    socket_.cancel(ignored);
}

void channel::close() {
    if (!socket_.is_open()) {
        return;
    }
    bytes_->end();
    error_code ignored;  // close(2) frees the descriptor whatever it returns
    socket_.close(ignored);
}

asio::awaitable<void> channel::end_our_side() {
    while (socket_.is_open()) {
        const step now = bytes_->end();
        if (now.state != step_state::wants_output ||
            co_await wait(stream_socket::wait_write, close_deadline_) != outcome::done) {
            break;
        }
    }
    error_code ignored;  // a socket that the peer has reset is drained and closed all the same
    socket_.shutdown(stream_socket::shutdown_send, ignored);
}

asio::awaitable<void> channel::close_gently(time_point deadline, std::span<char> scratch) {
    close_deadline_ = std::min(close_deadline_, deadline);
    co_await end_our_side();
    std::size_t drained_bytes = 0;
    while (socket_.is_open() && drained_bytes < drained_bytes_max) {
        const ssize_t count = ::recv(socket_.native_handle(), scratch.data(), scratch.size(), 0);
        if (count > 0) {
            drained_bytes += static_cast<std::size_t>(count);
            co_await yield_if_greedy(static_cast<std::size_t>(count));
            continue;
        }
        if (count == 0 ||
            step_of_errno(errno, step_state::wants_input).state == step_state::reset) {
            break;
        }
        if (co_await wait(stream_socket::wait_read, close_deadline_) != outcome::done) {
            break;
        }
    }
    error_code ignored;  // close(2) frees the descriptor whatever it returns
    socket_.close(ignored);
}

void channel::hasten_close(time_point deadline) {
    close_deadline_ = std::min(close_deadline_, deadline);
    input_limit_.hasten(close_deadline_);
    output_limit_.hasten(close_deadline_);
}

void channel::abort() {
    error_code ignored;  // close(2) frees the descriptor whatever it returns
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

void channel::leak_descriptor() {
    error_code ignored;  // a socket that cannot be released is closed, and nothing leaks
    socket_.release(ignored);
}

}  // namespace reference
