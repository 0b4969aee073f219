#pragma once
// The client's side of one WebSocket (RFC 6455) on a connection of ours. Boost.Beast asks for it,
// frames and masks, and answers PINGs and Close frames; what the server does comes back as data.

#include "harness/net/http_request.hpp"
#include "harness/net/transport.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace stormdrain {

// RFC 6455 7.1.5: a Close frame without a code.
inline constexpr std::uint16_t close_without_code = 1005;

struct websocket_opening {
    int status = 0;                   // 0: no answer came
    boost::system::error_code error;  // none: the tunnel is open
};

struct websocket_message {
    std::string text;
    boost::system::error_code error;  // none: it is whole
};

class websocket_tunnel {
public:
    // Nothing is waited for beyond `deadline`.
    websocket_tunnel(const boost::asio::any_io_executor& executor,
                     std::unique_ptr<transport> connection, time_point deadline);
    ~websocket_tunnel();
    websocket_tunnel(const websocket_tunnel&) = delete;
    websocket_tunnel& operator=(const websocket_tunnel&) = delete;

    // Asks for it on the route's path, with the route's fields. To be called once.
    boost::asio::awaitable<websocket_opening> open(route what, std::string authority,
                                                   time_point deadline);
    // The server's next message, one reader at a time. It ends also with the tunnel: then
    // close_code() tells whether the server has said Close.
    boost::asio::awaitable<websocket_message> read();
    // One writer at a time, beside the reader.
    boost::asio::awaitable<boost::system::error_code> write(std::string text);
    // Says Close, 1000. The reader meets the server's answer.
    boost::asio::awaitable<void> say_close();

    // Of the server's Close frame.
    std::optional<std::uint16_t> close_code() const;
    // For its row, and its end.
    transport& connection();

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

}  // namespace stormdrain
