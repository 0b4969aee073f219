#include "servers/reference/control_socket.hpp"

#include "servers/reference/sockets.hpp"
#include "servers/reference/startup_error.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace reference {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
// Who asks is a person or a monitor, not a crowd.
constexpr int backlog = 16;
// Without descriptors the queue stays readable: see behaviour::at_accept_error().
constexpr std::chrono::milliseconds backoff{100};

}  // namespace

control_socket::control_socket(const asio::any_io_executor& executor, std::string path,
                               const behaviour& conduct, answer_function answer)
    : path_(std::move(path)),
      conduct_(conduct),
      answer_(std::move(answer)),
      acceptor_(executor),
      pause_(executor) {
    try {
        const stream_protocol::endpoint place(path_);
        if (conduct_.clears_control_socket() && is_stale_socket(path_)) {
            ::unlink(path_.c_str());  // bind(2) tells when it could not be removed
        }
        acceptor_.open();
        // Asio opens sockets without CLOEXEC (amule-project/amule#552).
        if (::fcntl(acceptor_.native_handle(), F_SETFD, FD_CLOEXEC) != 0) {
            throw boost::system::system_error(errno, boost::system::system_category());
        }
        acceptor_.bind(place);
        acceptor_.listen(backlog);
        acceptor_.native_non_blocking(true);
    } catch (const boost::system::system_error& error) {
        throw startup_error("cannot listen on " + path_ + ": " + error.code().message());
    }
}

control_socket::~control_socket() {
    close();
}

void control_socket::close() {
    if (!acceptor_.is_open()) {
        return;
    }
    // The file goes first: who still finds it finds somebody who listens.
    if (conduct_.clears_control_socket()) {
        ::unlink(path_.c_str());  // fails when somebody else has removed it
    }
    error_code ignored;  // close(2) frees the descriptor whatever it returns
    acceptor_.close(ignored);
    pause_.cancel();
}

asio::awaitable<void> control_socket::run() {
    while (acceptor_.is_open()) {
        co_await acceptor_.async_wait(stream_protocol::acceptor::wait_read, as_result);
        if (acceptor_.is_open() && answer_one() == answered::failed) {
            pause_.expires_after(backoff);
            co_await pause_.async_wait(as_result);  // ended early by close()
        }
    }
}

control_socket::answered control_socket::answer_one() {
    const int peer =
        ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (peer < 0) {
        return errno == EAGAIN ? answered::none : answered::failed;
    }
    const std::string line = answer_();
    // Always fits into an empty socket buffer. Fails when the peer has gone without listening.
    [[maybe_unused]] const ssize_t sent = ::send(peer, line.data(), line.size(), MSG_NOSIGNAL);
    ::close(peer);
    return answered::one;
}

}  // namespace reference
