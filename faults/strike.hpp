#pragma once
// What all faults on connections share: one connection's attempt to strike, and the proof of it. A
// fault derives from connection_fault and says in strike() what it does; opening, holding, ending
// and the record of what happened are here.

#include "faults/attempt.hpp"
#include "harness/net/http_exchange.hpp"
#include "harness/net/response_stream.hpp"
#include "harness/net/transport.hpp"
#include "harness/process/census/census.hpp"

#include <boost/asio/awaitable.hpp>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stormdrain {

class object_reader;

// One connection of a fault.
class strike_attempt : public attempt {
public:
    strike_attempt(fault_context& context, std::string_view kind);

    // False: not connected, and the reason is noted.
    // Two overloads: g++ 12 frees a default argument `= {}` twice when the call is awaited.
    boost::asio::awaitable<bool> connect() { return connect(connect_options()); }
    boost::asio::awaitable<bool> connect(connect_options options);
    // False as long as connect() did not return true.
    bool has_connection() const { return connection_ != nullptr; }
    transport& connection() { return *connection_; }

    // One whole exchange after which the connection persists. False: the reason is noted.
    boost::asio::awaitable<bool> exchange(const rendered_request& request);
    // Sends exactly these bytes. False: the reason is noted.
    boost::asio::awaitable<bool> send(std::string_view bytes);

    // The server's end of the connection as the kernel shows it now; empty: it has none. Its inode
    // is remembered in the connection's row: it is all that is left of it after a RST.
    std::optional<tcp_socket_facts> server_socket();
    // The same when it is ESTABLISHED. Otherwise empty, and it is noted that it closed first.
    std::optional<tcp_socket_facts> established_server_socket();

    // The server's end once it was accepted, or as it is when that takes too long: an accept loop
    // that is held up is no reason not to strike.
    boost::asio::awaitable<std::optional<tcp_socket_facts>> server_socket_once_accepted();

    // Ends the connection by RST, into a socket that is ESTABLISHED. `moment` begins the proof.
    boost::asio::awaitable<void> reset(std::string moment);
    // Sends FIN. False: it did not reach the server, and the reason is noted.
    boost::asio::awaitable<bool> send_fin(std::string moment);

    // What the response showed, whole or not.
    void saw_response(const http_exchange& seen);
    void saw_response(const streamed_response& seen);

    // From the end of the exchange on the connection is left alone: a server that closes it now
    // closes an idle connection.
    void stays_idle() { stays_idle(answered_); }
    void stays_idle(time_point answered);
    // A request that was sent slowly has become whole.
    void request_is_whole();
    // What the client was entitled to, and got or not.
    void demanded(demand what);

    boost::asio::awaitable<void> hold_until_server_closes();

    injection finish();

private:
    bool leads_through_link();
    boost::asio::awaitable<void> until_link_has_dialled();
    // The server's socket once it is no longer as it was: what we do takes its way through a link,
    // and on loopback it is done when the call returns.
    boost::asio::awaitable<std::optional<tcp_socket_facts>> server_socket_once_told();

    std::string purpose_;
    std::unique_ptr<transport> connection_;
    time_point answered_{};  // the last exchange
};

class connection_fault : public fault {
public:
    enum class needed_port { any, tls, http, https, http2 };
    struct traits {
        std::string_view kind;
        held_condition holds = held_condition::none;
        strike_point point = strike_point::connect;
        std::vector<std::string> routes;
        needed_port port = needed_port::any;
    };
    explicit connection_fault(traits what) : traits_(std::move(what)) {}

    held_condition holds() const final { return traits_.holds; }
    strike_point point() const final { return traits_.point; }
    std::vector<std::string> needed_routes() const final { return traits_.routes; }
    bool needs_http() const final {
        return traits_.port != needed_port::any && traits_.port != needed_port::tls;
    }
    bool needs_http2() const final { return traits_.port == needed_port::http2; }
    bool needs_tls() const final {
        return traits_.port == needed_port::tls || traits_.port == needed_port::https;
    }
    // What works on UNIX sockets as well says so.
    bool needs_tcp() const override { return true; }
    // A fault that holds something ends when it is released, whatever it waits for; one that
    // strikes at the stop sees to that itself, because both may come at once.
    boost::asio::awaitable<injection> inject(fault_context& context) const final;

protected:
    // Returns when the fault is over. The connection may be left open: it is closed in an orderly
    // way then.
    virtual boost::asio::awaitable<void> strike(strike_attempt& here) const = 0;
    // Comes once strike() has ended, also when it was cancelled, and before the connection is
    // closed: for what would outlive it. Throws nothing.
    virtual void let_go(strike_attempt& /*here*/) const {}
    // The only route, of those faults that need one.
    const std::string& route_name() const { return traits_.routes.front(); }

private:
    boost::asio::awaitable<void> strike_until_released(strike_attempt& here) const;

    traits traits_;
};

// The key "at": one of these points, the first unless the file says otherwise.
strike_point read_point(object_reader& keys, std::initializer_list<strike_point> allowed);

// "ESTABLISHED, accepted", "CLOSE_WAIT, not accepted yet", "gone"
std::string to_text(const std::optional<tcp_socket_facts>& server_socket);
// Why there is no connection, or no TLS on it.
std::string why_not_connected(const connect_outcome& outcome);
// Why an exchange did not end with a whole answer on a connection that persists.
std::string why_cut_short(const exchange_report& report);

}  // namespace stormdrain
