#pragma once
// A unix socket for whoever wants to know how the server is: everybody who connects is told one
// line, and nobody is waited for. Its file is in the way of the next start when it is left behind.

#include "servers/reference/behaviour.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <string>

namespace reference {

class control_socket {
public:
    using answer_function = std::function<std::string()>;

    // Listens at `path`. Throws startup_error.
    control_socket(const boost::asio::any_io_executor& executor, std::string path,
                   const behaviour& conduct, answer_function answer);
    control_socket(const control_socket&) = delete;
    control_socket& operator=(const control_socket&) = delete;
    // Without a trace, as by close().
    ~control_socket();

    // Answers until close().
    boost::asio::awaitable<void> run();
    void close();

private:
    enum class answered { one, none, failed };
    answered answer_one();

    std::string path_;
    const behaviour& conduct_;
    answer_function answer_;
    boost::asio::local::stream_protocol::acceptor acceptor_;
    boost::asio::steady_timer pause_;
};

}  // namespace reference
