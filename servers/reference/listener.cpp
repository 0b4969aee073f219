#include "servers/reference/listener.hpp"

#include "servers/reference/startup_error.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

namespace reference {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

using tcp = asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// tcp(7), TCP_DEFER_ACCEPT, which counts whole seconds.
void defer_accept(stream_acceptor& acceptor, std::chrono::milliseconds length) {
    const auto whole = static_cast<int>(std::chrono::ceil<std::chrono::seconds>(length).count());
    if (whole > 0 && ::setsockopt(acceptor.native_handle(), IPPROTO_TCP, TCP_DEFER_ACCEPT, &whole,
                                  sizeof whole) != 0) {
        throw boost::system::system_error(errno, boost::system::system_category());
    }
}

}  // namespace

listener::listener(stream_acceptor acceptor, listener_options options, metrics& counted,
                   accept_function on_accept, room_function has_room)
    : acceptor_(std::move(acceptor)),
      endpoint_(acceptor_.local_endpoint()),
      options_(options),
      counted_(counted),
      on_accept_(std::move(on_accept)),
      has_room_(std::move(has_room)),
      pause_(acceptor_.get_executor()) {}

asio::awaitable<void> listener::pause(std::chrono::steady_clock::time_point until) {
    pause_.expires_at(until);
    co_await pause_.async_wait(as_result);  // ended early by close() or room_freed()
}

asio::awaitable<void> listener::run() {
    while (!closed_) {
        if (!has_room_()) {
            co_await pause(std::chrono::steady_clock::time_point::max());
            continue;
        }
        co_await acceptor_.async_wait(stream_acceptor::wait_read, as_result);
        const accepted last =
            closed_ ? accepted::none : accept_some(options_.conduct.accepts_per_turn());
        if (last == accepted::gave_up) {
            co_return;
        }
        if (last == accepted::exhausted) {
            ++counted_.accept_backoffs;
            co_await pause(std::chrono::steady_clock::now() + options_.backoff);
        }
        const auto next = std::chrono::steady_clock::now() + options_.conduct.accept_interval();
        while (!closed_ && std::chrono::steady_clock::now() < next) {
            co_await pause(next);  // a connection that ends must not end it
        }
    }
}

listener::accepted listener::accept_some(int count_max) {
    for (int i = 0; i < count_max && has_room_(); ++i) {
        const accepted result = accept_one();
        if (result != accepted::one && result != accepted::aborted) {
            return result;
        }
    }
    return accepted::one;
}

listener::accepted listener::accept_one() {
    const int descriptor =
        ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
        if (errno == EAGAIN) {
            return accepted::none;
        }
        ++counted_.accept_failures;
        switch (options_.conduct.at_accept_error(errno)) {
            case accept_action::go_on:
                return accepted::aborted;
            case accept_action::pause:
                return accepted::exhausted;
            case accept_action::give_up:
                return accepted::gave_up;
        }
    }
    if (options_.conduct.at_accepted(descriptor) == accept_action::give_up) {
        ::close(descriptor);
        return accepted::gave_up;
    }
    stream_socket socket(acceptor_.get_executor());
    error_code error;
    socket.assign(endpoint_.protocol(), descriptor, error);
    if (error) {  // epoll has no room for it
        ::close(descriptor);
        ++counted_.accept_failures;
        return accepted::exhausted;
    }
    if (options_.conduct.writes_response() == write_action::gathered) {
        // Fails when the peer is gone, which reading tells; UNIX sockets know no such delay.
        socket.set_option(tcp::no_delay(true), error);
    }
    on_accept_(std::move(socket), options_.speaks);
    return accepted::one;
}

void listener::accept_queued() {
    if (!closed_ && options_.conduct.accepts_queued_at_stop()) {
        // Clients that go on connecting must not keep us here: one queue full is enough.
        accept_some(options_.backlog);
    }
}

void listener::close() {
    // The file goes first: who still finds it finds somebody who listens.
    if (!closed_ && is_unix(endpoint_)) {
        ::unlink(path_of(endpoint_).c_str());  // fails when somebody else has removed it
    }
    closed_ = true;
    options_.conduct.close_listener(acceptor_);
    error_code ignored;  // of a closed one nothing waits any more
    acceptor_.cancel(ignored);
    pause_.cancel();
}

void listener::room_freed() {
    pause_.cancel();
}

stream_acceptor open_acceptor(const asio::any_io_executor& executor,
                              const stream_endpoint& endpoint, const listener_options& options) {
    stream_acceptor acceptor(executor);
    try {
        const std::string path = path_of(endpoint);
        if (!path.empty() && is_stale_socket(path)) {
            ::unlink(path.c_str());  // bind(2) tells when it could not be removed
        }
        acceptor.open(endpoint.protocol());
        acceptor.set_option(stream_acceptor::reuse_address(options.conduct.reuses_address()));
        if (endpoint.protocol().family() == AF_INET6) {
            acceptor.set_option(asio::ip::v6_only(true));
        }
        // Asio opens sockets without CLOEXEC (amule-project/amule#552).
        if (::fcntl(acceptor.native_handle(), F_SETFD, FD_CLOEXEC) != 0) {
            throw boost::system::system_error(errno, boost::system::system_category());
        }
        acceptor.bind(endpoint);
        if (path.empty()) {
            defer_accept(acceptor, options.defer_accept);
        }
        acceptor.listen(options.conduct.backlog(options.backlog));
        acceptor.native_non_blocking(true);
    } catch (const boost::system::system_error& error) {
        throw startup_error("cannot listen on " + text_of(endpoint) + ": " +
                            error.code().message());
    }
    return acceptor;
}

stream_acceptor adopt_acceptor(const asio::any_io_executor& executor, int descriptor) {
    sockaddr_storage address{};
    socklen_t address_bytes = sizeof address;
    int listens = 0;
    socklen_t listens_bytes = sizeof listens;
    const std::string name = "inherited descriptor " + std::to_string(descriptor);
    if (::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_bytes) != 0 ||
        listens == 0 || ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0 ||
        ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &address_bytes) != 0) {
        throw startup_error(name + " is not a listening socket");
    }
    stream_acceptor acceptor(executor);
    error_code error;
    acceptor.assign({address.ss_family, 0}, descriptor, error);
    if (!error) {
        acceptor.native_non_blocking(true, error);
    }
    if (error) {
        throw startup_error(name + ": " + error.message());
    }
    return acceptor;
}

}  // namespace reference
