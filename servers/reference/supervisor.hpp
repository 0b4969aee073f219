#pragma once
// The process around the server: its sockets, its signals, and its restarts.

#include "servers/reference/behaviour.hpp"
#include "servers/reference/descriptor_pool.hpp"
#include "servers/reference/event_log.hpp"
#include "servers/reference/inherited_sockets.hpp"
#include "servers/reference/options.hpp"
#include "servers/reference/server.hpp"
#include "servers/reference/tls_context.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>

#include <optional>
#include <vector>

namespace reference {

class supervisor {
public:
    // Throws usage_error and startup_error.
    supervisor(boost::asio::io_context& context, const server_options& options,
               const behaviour& conduct, const application& serves, const event_log& log);
    // Until the process should end. Throws startup_error when it cannot listen.
    boost::asio::awaitable<void> run();

private:
    struct address {
        protocol speaks = protocol::http;
        stream_endpoint endpoint;
    };

    boost::asio::awaitable<void> watch_signals();
    boost::asio::awaitable<void> watch_input();
    void on_signal(int number);
    void open_listeners(server& next);
    void announce(protocol speaks, const stream_endpoint& endpoint);
    boost::asio::awaitable<void> serve();

    boost::asio::io_context& context_;
    const server_options& options_;
    const behaviour& conduct_;
    const application& serves_;
    const event_log& log_;
    tls_context tls_;
    std::vector<address> addresses_;
    std::vector<inherited_socket> inherited_;
    boost::asio::signal_set signals_;
    boost::asio::posix::stream_descriptor input_;
    descriptor_pool pool_;
    server* current_ = nullptr;
    bool quitting_ = false;
};

}  // namespace reference
