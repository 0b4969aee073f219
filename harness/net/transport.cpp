#include "harness/net/transport.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <utility>
#include <vector>

namespace stormdrain {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t read_bytes_max = std::size_t{16} * 1024;  // a TLS record's worth

bool is_reset(const error_code& error) {
    // A send meets EPIPE where a receive meets ECONNRESET (tcp(7)).
    return error == asio::error::connection_reset || error == asio::error::broken_pipe;
}

}  // namespace

transport::transport(stream_socket socket, connection_row& row, const cycle_clock& cycle_time)
    : socket_(std::move(socket)), row_(row), clock_(cycle_time) {}

transport::~transport() {
    if (is_open()) {
        close_as(connection_end::closed_by_client);
    }
}

asio::awaitable<server_close> transport::wait_for_server_close(time_point deadline) {
    std::vector<char> dropped(read_bytes_max);
    error_code error;
    while (!error) {
        error = (co_await read_some(dropped, deadline)).error;
    }
    const bool was_interrupted =
        error == asio::error::timed_out || error == asio::error::operation_aborted;
    // The stream may have ended above TCP, by close_notify or by a record that is none. What counts
    // is TCP's end, so go on below TLS.
    while (!tcp_end_ && !was_interrupted) {
        auto reading = socket_.async_read_some(asio::buffer(dropped), asio::deferred);
        error = (co_await before(deadline, std::move(reading))).error;
        note_read(error);
        if (error) {
            break;
        }
    }
    if (!tcp_end_) {
        co_return server_close::still_open;
    }
    // A write may have met the RST first; a read then meets only the end of the stream.
    const bool by_reset = is_reset(*tcp_end_) || row_.end == connection_end::reset_by_server;
    co_return by_reset ? server_close::reset : server_close::end_of_stream;
}

error_code transport::half_close() {
    error_code error;
    socket_.shutdown(stream_socket::shutdown_send, error);
    if (!error) {
        row_.half_closed = clock_.now();
    }
    return error;
}

error_code transport::reset() {
    error_code error;
    socket_.set_option(stream_socket::linger(true, 0), error);
    if (error) {
        return error;
    }
    close_as(connection_end::reset_by_client);
    return error;
}

void transport::close() {
    if (!is_open()) {
        return;
    }
    say_goodbye();
    close_as(connection_end::closed_by_client);
}

void transport::close_as(connection_end end) {
    error_code after_release;  // Linux releases the descriptor even then (close(2))
    socket_.close(after_release);
    row_.closed = clock_.now();
    if (row_.end == connection_end::open) {
        row_.end = end;
    }
}

void transport::note_read(error_code error) {
    if (error == asio::error::eof || is_reset(error)) {
        tcp_end_ = error;
    }
    note(error);
}

void transport::note(error_code error) {
    const bool by_reset = is_reset(error);
    // EPIPE behind our own FIN says nothing about the server.
    const bool is_our_doing = error == asio::error::broken_pipe && row_.half_closed;
    if (is_our_doing || (!by_reset && error != asio::error::eof)) {
        return;
    }
    if (!row_.server_closed) {
        row_.server_closed = clock_.now();
    }
    if (row_.end == connection_end::open) {
        row_.end = by_reset ? connection_end::reset_by_server : connection_end::closed_by_server;
    }
}

}  // namespace stormdrain
