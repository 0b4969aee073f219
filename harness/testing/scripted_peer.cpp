#include "harness/testing/scripted_peer.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>
#include <vector>

namespace stormdrain {

namespace asio = boost::asio;
using asio::ip::tcp;

scripted_peer::scripted_peer(const asio::any_io_executor& executor, script play)
    : acceptor_(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      where_{"127.0.0.1", acceptor_.local_endpoint().port()},
      play_(std::move(play)),
      tasks_(executor) {
    tasks_.spawn(accept_all());
}

asio::awaitable<void> scripted_peer::accept_all() {
    for (;;) {
        boost::system::error_code error;
        tcp::socket socket =
            co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            co_return;  // stop() closed the acceptor
        }
        ++accepted_;
        tasks_.spawn(play_(std::move(socket)));
    }
}

asio::awaitable<void> scripted_peer::stop() {
    acceptor_.close();
    co_await tasks_.join();
}

asio::awaitable<std::string> read_until(tcp::socket& socket, std::string text) {
    std::string read;
    std::vector<char> buffer(4096);
    while (read.find(text) == std::string::npos) {
        const std::size_t count =
            co_await socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
        read.append(buffer.data(), count);
    }
    co_return read;
}

}  // namespace stormdrain
