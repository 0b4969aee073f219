#pragma once
// A server made of a script, for tests of clients: accepts connections on 127.0.0.1 and lets a
// coroutine play the server's part on each.

#include "harness/base/task_group.hpp"
#include "harness/net/endpoint.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <string>

namespace stormdrain {

class scripted_peer {
public:
    using script = std::function<boost::asio::awaitable<void>(boost::asio::ip::tcp::socket)>;

    // Listens on a free port of 127.0.0.1. `play` runs once for each accepted connection.
    scripted_peer(const boost::asio::any_io_executor& executor, script play);

    // Also when it has stopped.
    const endpoint& where() const { return where_; }
    std::size_t accepted_count() const { return accepted_; }
    // Stops listening and waits for all scripts; to be called before the peer dies.
    boost::asio::awaitable<void> stop();

private:
    boost::asio::awaitable<void> accept_all();

    boost::asio::ip::tcp::acceptor acceptor_;
    endpoint where_;
    script play_;
    task_group tasks_;
    std::size_t accepted_ = 0;
};

// Reads until the text appears; returns all that was read. Throws system_error on EOF or RST.
boost::asio::awaitable<std::string> read_until(boost::asio::ip::tcp::socket& socket,
                                               std::string text);

}  // namespace stormdrain
