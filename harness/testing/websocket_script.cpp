#include "harness/testing/websocket_script.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

struct websocket_script::parts {
    explicit parts(tcp::socket socket) : stream(std::move(socket)) {}

    beast::websocket::stream<tcp::socket> stream;
};

websocket_script::websocket_script(tcp::socket socket)
    : parts_(std::make_unique<parts>(std::move(socket))) {}

websocket_script::~websocket_script() = default;

tcp::socket& websocket_script::socket() {
    return parts_->stream.next_layer();
}

asio::awaitable<void> websocket_script::accept() {
    co_await parts_->stream.async_accept(asio::use_awaitable);
}

asio::awaitable<std::string> websocket_script::next() {
    beast::flat_buffer bytes;
    co_await parts_->stream.async_read(bytes, asio::use_awaitable);
    co_return beast::buffers_to_string(bytes.data());
}

asio::awaitable<void> websocket_script::say(std::string text) {
    const asio::const_buffer bytes = asio::buffer(text);
    co_await parts_->stream.async_write(bytes, asio::use_awaitable);
}

asio::awaitable<void> websocket_script::close(std::uint16_t code) {
    const beast::websocket::close_reason why(code);
    co_await parts_->stream.async_close(why, asio::use_awaitable);
}

asio::awaitable<void> websocket_script::ignore() {
    co_await read_until_gone(socket());
}

namespace {

asio::awaitable<void> give_back(tcp::socket socket) {
    websocket_script talk(std::move(socket));
    try {
        co_await talk.accept();
        for (;;) {
            std::string text = co_await talk.next();
            co_await talk.say(std::move(text));
        }
    } catch (const boost::system::system_error&) {
        // The client has ended it.
    }
}

}  // namespace

scripted_peer::script websocket_echo_script() {
    return give_back;
}

asio::awaitable<void> read_until_gone(tcp::socket& socket) {
    std::array<char, 256> rest{};
    boost::system::error_code gone;
    auto how = asio::redirect_error(asio::use_awaitable, gone);
    while (!gone) {
        const asio::mutable_buffer space = asio::buffer(rest);
        co_await socket.async_read_some(space, how);
    }
}

}  // namespace stormdrain
