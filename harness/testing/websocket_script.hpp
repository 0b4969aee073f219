#pragma once
// The parts of a scripted WebSocket server, for tests of clients. Every wait throws when the client
// is gone.

#include "harness/testing/scripted_peer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace stormdrain {

class websocket_script {
public:
    explicit websocket_script(boost::asio::ip::tcp::socket socket);
    ~websocket_script();
    websocket_script(const websocket_script&) = delete;
    websocket_script& operator=(const websocket_script&) = delete;

    // Grants what the client asks for.
    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<std::string> next();
    boost::asio::awaitable<void> say(std::string text);
    // Says Close, and hangs up behind the client's.
    boost::asio::awaitable<void> close(std::uint16_t code);
    // Takes what comes, and says nothing, until the client is gone.
    boost::asio::awaitable<void> ignore();
    boost::asio::ip::tcp::socket& socket();

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

// Gives back every message until the client is gone.
scripted_peer::script websocket_echo_script();

// Takes what comes until the client is gone.
boost::asio::awaitable<void> read_until_gone(boost::asio::ip::tcp::socket& socket);

}  // namespace stormdrain
