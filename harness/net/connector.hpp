#pragma once
// Opens connections to one port of the server, each with a logged source port, plain or TLS.

#include "harness/base/turnstile.hpp"
#include "harness/net/connection_log.hpp"
#include "harness/net/tls_client.hpp"
#include "harness/net/tls_session.hpp"
#include "harness/net/transport.hpp"
#include "harness/net/unix_endpoint.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace stormdrain {

enum class connect_stage { tcp_connect, tls_handshake, done };

// Either a transport, or the stage that failed and why.
struct connect_outcome {
    std::unique_ptr<transport> connection;
    connect_stage stage = connect_stage::tcp_connect;
    boost::system::error_code error;  // timed_out when the deadline ended the stage
    connection_id id = 0;             // also of a connection that failed
    duration connect_time{};
    duration handshake_time{};
    bool handshake_resumed = false;  // the server took the session that was offered
};

enum class tls_use {
    as_the_port_speaks,  // a TLS port gets a handshake
    never,               // raw TCP, also on a TLS port: for faults below TLS
};

struct connect_options {
    std::string purpose = {};  // for the connection log
    tls_use tls = tls_use::as_the_port_speaks;
    // SO_RCVBUF, set before connect so that it counts.
    std::optional<int> receive_buffer_bytes = {};
    // Literal; empty: the kernel chooses. UNIX sockets have none.
    std::string source_address = {};
    tls_handshake_wish handshake = {};
};

// What a connector needs to know of the port it connects to.
struct port_address {
    std::string name;  // the target's name of the port
    endpoint where;
    const tls_client* tls = nullptr;  // null: plain
    // Where the server itself listens, when `where` is a link before it.
    std::optional<endpoint> behind_link = {};
    duration way_up{};  // see connection_row
};

class connector {
public:
    connector(boost::asio::any_io_executor executor, port_address port, connection_log& log);

    // TCP connect, and the TLS handshake where the port speaks TLS.
    boost::asio::awaitable<connect_outcome> connect(connect_options options, time_point deadline);

    const port_address& port() const { return port_; }
    // Where the server itself listens.
    const endpoint& served_at() const {
        return port_.behind_link ? *port_.behind_link : port_.where;
    }
    // The value of the Host header field: "127.0.0.1:8080"; a path is none (RFC 9110 section 7.2).
    std::string authority() const {
        return is_unix(served_at()) ? "localhost" : to_text(served_at());
    }
    // Of every connection to the server, for those who open some by themselves.
    connection_log& log() { return log_; }
    // Learns where links lead the connections: before the server's ends are looked at.
    void catch_up() { log_.catch_up(); }

private:
    boost::asio::any_io_executor executor_;
    port_address port_;
    connection_log& log_;
    turnstile handshakes_;
};

}  // namespace stormdrain
