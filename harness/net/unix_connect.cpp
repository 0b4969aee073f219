#include "harness/net/unix_connect.hpp"

#include "harness/base/pause.hpp"
#include "harness/net/unix_endpoint.hpp"

#include <boost/asio/error.hpp>

#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>

namespace stormdrain {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

error_code last_error() {
    return {errno, boost::system::system_category()};
}

error_code try_to_connect(stream_socket& socket, const socket_address& remote) {
    const int connected =
        ::connect(socket.native_handle(), remote.data(), static_cast<socklen_t>(remote.size()));
    return connected == 0 ? error_code() : last_error();
}

}  // namespace

asio::awaitable<error_code> connect_unix(stream_socket& socket, socket_address remote,
                                         connection_row& row, connection_log& log,
                                         time_point deadline) {
    // It is connected at once, or the queue is full (connect(2), EAGAIN), and nothing tells when
    // it no longer is.
    constexpr duration look_interval = std::chrono::milliseconds(1);
    struct stat facts {};
    if (::fstat(socket.native_handle(), &facts) != 0) {
        co_return last_error();
    }
    log.bound(row, nameless_unix_end(facts.st_ino));
    error_code error = try_to_connect(socket, remote);
    while (error == asio::error::would_block && clock::now() < deadline) {
        co_await pause(look_interval);
        error = try_to_connect(socket, remote);
    }
    if (error == asio::error::would_block) {
        error = asio::error::timed_out;
    }
    // A server that took its path away is as one that closed its port.
    if (error == boost::system::errc::no_such_file_or_directory) {
        error = asio::error::connection_refused;
    }
    co_return error;
}

}  // namespace stormdrain
