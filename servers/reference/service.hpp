#pragma once
// What a server is for. The server listens, counts and stops; what is done with an accepted
// connection is its service's: answering it (connection.hpp), or asking another server (proxy/).

#include "servers/reference/options.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <vector>

namespace reference {

struct accepted_socket;
struct connection_context;

// One client's connection. Its coroutine is its life; the server owns the object.
class session {
public:
    virtual ~session() = default;
    // Until the connection is closed.
    virtual boost::asio::awaitable<void> serve() = 0;
    // The server stops: who owes nothing closes, others finish and announce it.
    virtual void stop() = 0;
    virtual void force_close() = 0;
};

// As old as its server.
class service {
public:
    virtual ~service() = default;
    virtual std::unique_ptr<session> make_session(accepted_socket accepted) = 0;
    // The server stops: what no session uses closes.
    virtual void stop() {}
    // Once, after the last session has ended.
    virtual boost::asio::awaitable<void> all_ended() { co_return; }
};

// As old as the process.
class application {
public:
    virtual ~application() = default;
    // Those besides the server's.
    virtual std::vector<option_row> options() { return {}; }
    // With the options as they are, before anything listens. Throws usage_error, startup_error.
    virtual void prepare() {}
    // Besides HTTP/1.1: where TLS agrees on it, and on a plain port with prior knowledge (RFC 9113
    // 3.3).
    virtual bool speaks_http2() const { return false; }
    // `context` outlives the service.
    virtual std::unique_ptr<service> make_service(const connection_context& context) const = 0;
};

// The routes of response.hpp.
std::unique_ptr<application> make_answering_application();

}  // namespace reference
