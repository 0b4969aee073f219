#pragma once
// One life of the server: from listening to the last closed connection. An in-process restart
// makes a new one.

#include "servers/reference/behaviour.hpp"
#include "servers/reference/connection.hpp"
#include "servers/reference/control_socket.hpp"
#include "servers/reference/deadline_queue.hpp"
#include "servers/reference/event_log.hpp"
#include "servers/reference/listener.hpp"
#include "servers/reference/metrics.hpp"
#include "servers/reference/one_way_event.hpp"
#include "servers/reference/options.hpp"
#include "servers/reference/service.hpp"
#include "servers/reference/task_group.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <openssl/types.h>

#include <list>
#include <memory>
#include <string>
#include <vector>

namespace reference {

// What outlives a server.
struct server_surroundings {
    const server_options& options;
    const behaviour& conduct;
    const event_log& log;
    const application& serves;
    SSL_CTX* tls = nullptr;  // null: no https
};

class server {
public:
    server(const boost::asio::any_io_executor& executor, const server_surroundings& surroundings);

    // Takes a listening socket into service, and tells where it listens.
    stream_endpoint add_listener(stream_acceptor acceptor, protocol speaks);
    // A unix socket that tells everybody who connects the metrics in one line, until the end.
    // Throws startup_error.
    void open_control_socket(const std::string& path);
    // Serves until it has been stopped and its last connection has ended.
    boost::asio::awaitable<void> run();

    // Any number of times.
    void request_stop();
    // request_stop, and no connection may finish.
    void force_stop();
    bool is_stopping() const { return stop_requested_.is_set(); }

private:
    // Ends the patience with the connections of a stopping server.
    class drain_deadline final : deadline_owner {
    public:
        drain_deadline(deadline_queue& deadlines, server& owner)
            : deadline_owner(deadlines), owner_(owner) {}
        using deadline_owner::set_deadline;

    private:
        void on_deadline() override { owner_.close_stragglers(); }
        server& owner_;
    };

    void close_stragglers();
    void adopt(stream_socket socket, protocol speaks);
    bool has_room(protocol speaks) const;
    void make_room();
    void begin_drain();
    boost::asio::awaitable<void> end_sessions();

    boost::asio::any_io_executor executor_;
    server_surroundings surroundings_;
    metrics counted_;
    date_text date_;
    std::vector<char> scratch_;
    deadline_queue deadlines_;
    drain_deadline drain_deadline_;
    connection_context context_;
    std::list<listener> listeners_;
    std::unique_ptr<control_socket> control_;
    std::unique_ptr<service> service_;
    std::list<std::unique_ptr<session>> sessions_;
    std::size_t handshakes_ = 0;  // that go on now
    std::unique_ptr<drain_latch> latch_;
    one_way_event stop_requested_;
    stop_kind how_ = stop_kind::graceful;
    task_group tasks_;
};

}  // namespace reference
