#include "harness/net/connector.hpp"

#include "harness/base/deadline.hpp"
#include "harness/net/open_transport.hpp"
#include "harness/net/unix_connect.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

error_code last_error() {
    return {errno, boost::system::system_category()};
}

// Asio's own sockets are inherited by children (chriskohlhoff/asio#523): a server that holds a
// copy would keep our closes from being seen, so the socket is made here, with SOCK_CLOEXEC.
error_code open_socket(stream_socket& socket, const socket_address& remote) {
    const int descriptor = ::socket(remote.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return last_error();
    }
    error_code error;
    socket.assign(remote.protocol(), descriptor, error);
    if (error) {
        ::close(descriptor);  // its error adds nothing to the one being returned
        return error;
    }
    socket.native_non_blocking(true, error);
    return error;
}

error_code bind_source(stream_socket& socket, const std::string& source_address) {
    const auto source = address_of({source_address, 0});
    if (!source) {
        return source.error();
    }
    // The port is chosen at connect, so that it can be shared between destinations (ip(7)).
    const int on = 1;
    if (::setsockopt(socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on,
                     sizeof(on)) != 0) {
        return last_error();
    }
    error_code error;
    socket.bind(*source, error);
    return error;
}

error_code prepare(stream_socket& socket, const socket_address& remote,
                   const connect_options& options) {
    error_code error = open_socket(socket, remote);
    if (!error && !is_unix(remote)) {
        socket.set_option(tcp::no_delay(true), error);
    }
    if (!error && options.receive_buffer_bytes) {
        const stream_socket::receive_buffer_size size(*options.receive_buffer_bytes);
        socket.set_option(size, error);
    }
    if (!error && !options.source_address.empty() && !is_unix(remote)) {
        error = bind_source(socket, options.source_address);
    }
    return error;
}

// The result of a connect that was in progress (connect(2), EINPROGRESS).
error_code pending_error(stream_socket& socket) {
    int value = 0;
    socklen_t size = sizeof(value);
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_ERROR, &value, &size) != 0) {
        return last_error();
    }
    return {value, boost::system::system_category()};
}

error_code begin_connect(stream_socket& socket, const socket_address& remote) {
    const int started =
        ::connect(socket.native_handle(), remote.data(), static_cast<socklen_t>(remote.size()));
    return started == 0 ? error_code() : last_error();
}

// Ends the row of a connection that never came to be, also when the coroutine is cancelled.
class attempt {
public:
    attempt(connection_row& row, const cycle_clock& cycle_time) : row_(row), clock_(cycle_time) {}
    attempt(const attempt&) = delete;
    attempt& operator=(const attempt&) = delete;
    ~attempt() {
        if (!established_) {
            row_.closed = clock_.now();
            row_.end = connection_end::not_established;
        }
    }
    void established() { established_ = true; }

private:
    connection_row& row_;
    const cycle_clock& clock_;
    bool established_ = false;
};

// connect(2) by hand: the source port is logged before the server can show it to a census.
asio::awaitable<error_code> connect_tcp(stream_socket& socket, socket_address remote,
                                        connection_row& row, connection_log& log,
                                        time_point deadline) {
    error_code error = begin_connect(socket, remote);
    if (error && error != asio::error::in_progress) {
        co_return error;
    }
    const bool is_pending = error == asio::error::in_progress;
    const socket_address local = socket.local_endpoint(error);
    if (error) {
        co_return error;
    }
    log.bound(row, place_of(local));
    if (is_pending) {
        auto writable = socket.async_wait(stream_socket::wait_write, asio::deferred);
        error = (co_await before(deadline, std::move(writable))).error;
        if (!error) {
            error = pending_error(socket);
        }
    }
    co_return error;
}

}  // namespace

connector::connector(asio::any_io_executor executor, port_address port, connection_log& log)
    : executor_(std::move(executor)), port_(std::move(port)), log_(log), handshakes_(executor_) {}

asio::awaitable<connect_outcome> connector::connect(connect_options options, time_point deadline) {
    connection_row& row = log_.open(options.purpose, port_.name, port_.where);
    row.way_up = port_.way_up;
    connect_outcome outcome;
    outcome.id = row.id;
    attempt tried(row, log_.clock());
    const boost::system::result<socket_address> remote = address_of(port_.where);
    if (!remote) {
        outcome.error = remote.error();
        co_return outcome;
    }
    stream_socket socket(executor_);
    const time_point connect_began = clock::now();
    outcome.error = prepare(socket, *remote, options);
    if (!outcome.error && is_unix(*remote)) {
        outcome.error = co_await connect_unix(socket, *remote, row, log_, deadline);
    } else if (!outcome.error) {
        outcome.error = co_await connect_tcp(socket, *remote, row, log_, deadline);
    }
    const time_point connect_ended = clock::now();
    outcome.connect_time = connect_ended - connect_began;
    if (outcome.error) {
        co_return outcome;
    }
    tried.established();
    if (port_.tls == nullptr || options.tls == tls_use::never) {
        outcome.connection = open_plain(std::move(socket), row, log_.clock());
        outcome.stage = connect_stage::done;
        co_return outcome;
    }
    outcome.stage = connect_stage::tls_handshake;
    tls_outcome secured = co_await open_tls(std::move(socket), row, log_.clock(), *port_.tls,
                                            options.handshake, handshakes_, deadline);
    outcome.handshake_time = clock::now() - connect_ended;
    outcome.handshake_resumed = secured.resumed;
    outcome.error = secured.error;
    outcome.connection = std::move(secured.connection);
    if (!outcome.error) {
        outcome.stage = connect_stage::done;
    }
    co_return outcome;
}

}  // namespace stormdrain
