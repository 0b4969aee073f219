#include "harness/net/websocket/tunnel.hpp"

#include "harness/base/deadline.hpp"
#include "harness/net/http_syntax.hpp"
#include "harness/net/websocket/transport_stream.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <array>
#include <string_view>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

// What the upgrade says itself.
bool is_of_upgrade(std::string_view name) {
    constexpr std::array<std::string_view, 5> names{"connection", "upgrade", "host",
                                                    "sec-websocket-key", "sec-websocket-version"};
    for (const std::string_view one : names) {
        if (equals_ignoring_case(name, one)) {
            return true;
        }
    }
    return false;
}

}  // namespace

struct websocket_tunnel::parts {
    parts(const asio::any_io_executor& executor, std::unique_ptr<transport> connection,
          time_point deadline)
        : stream(transport_stream(executor, std::move(connection), deadline)) {}

    beast::websocket::stream<transport_stream> stream;
    beast::flat_buffer received;
    bool is_closed_by_frame = false;
};

websocket_tunnel::websocket_tunnel(const asio::any_io_executor& executor,
                                   std::unique_ptr<transport> connection, time_point deadline)
    : parts_(std::make_unique<parts>(executor, std::move(connection), deadline)) {}

websocket_tunnel::~websocket_tunnel() = default;

transport& websocket_tunnel::connection() {
    return parts_->stream.next_layer().connection();
}

std::optional<std::uint16_t> websocket_tunnel::close_code() const {
    if (!parts_->is_closed_by_frame) {
        return std::nullopt;
    }
    const std::uint16_t code = parts_->stream.reason().code;
    return code == beast::websocket::close_code::none ? close_without_code : code;
}

asio::awaitable<websocket_opening> websocket_tunnel::open(route what, std::string authority,
                                                          time_point deadline) {
    parts_->stream.set_option(beast::websocket::stream_base::decorator(
        [fields = what.headers](beast::websocket::request_type& request) {
            for (const header_field& field : fields) {
                if (!is_of_upgrade(field.name)) {
                    request.set(field.name, field.value);
                }
            }
        }));
    beast::websocket::response_type answer;
    auto asking = parts_->stream.async_handshake(answer, authority, what.path, asio::deferred);
    const transfer asked = co_await before(deadline, std::move(asking));
    websocket_opening seen;
    seen.error = asked.error;
    const bool is_answered =
        !asked.error || asked.error == beast::websocket::condition::handshake_failed;
    seen.status = is_answered ? static_cast<int>(answer.result_int()) : 0;
    co_return seen;
}

asio::awaitable<websocket_message> websocket_tunnel::read() {
    websocket_message message;
    boost::system::error_code& error = message.error;
    auto how = asio::redirect_error(asio::use_awaitable, error);
    co_await parts_->stream.async_read(parts_->received, how);
    if (error) {
        // Where we have said Close, Beast's closing operation takes the server's answer, and the
        // read is aborted.
        const bool is_answered = parts_->stream.reason().code != beast::websocket::close_code::none;
        parts_->is_closed_by_frame = is_answered || error == beast::websocket::error::closed;
        if (parts_->is_closed_by_frame) {
            error = beast::websocket::error::closed;
        }
        co_return message;
    }
    message.text = beast::buffers_to_string(parts_->received.data());
    parts_->received.consume(parts_->received.size());
    co_return message;
}

asio::awaitable<boost::system::error_code> websocket_tunnel::write(std::string text) {
    boost::system::error_code error;
    auto how = asio::redirect_error(asio::use_awaitable, error);
    const asio::const_buffer bytes = asio::buffer(text);
    co_await parts_->stream.async_write(bytes, how);
    co_return error;
}

asio::awaitable<void> websocket_tunnel::say_close() {
    boost::system::error_code ignored;  // the tunnel has ended meanwhile, which its reader meets
    auto how = asio::redirect_error(asio::use_awaitable, ignored);
    const beast::websocket::close_reason why(beast::websocket::close_code::normal);
    co_await parts_->stream.async_close(why, how);
}

}  // namespace stormdrain
