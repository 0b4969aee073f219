// Connects and says nothing: what a port scanner, a pool's spare connection or a client that died
// before its first byte looks like.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

class silent_connection_fault : public connection_fault {
public:
    explicit silent_connection_fault(strike_point at)
        : connection_fault({"silent_connection", held_condition::silent, at, {}}) {}

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        connect_options options;
        // At `connect` a TLS port gets no ClientHello either.
        options.tls =
            point() == strike_point::connect ? tls_use::never : tls_use::as_the_port_speaks;
        if (!co_await here.connect(std::move(options))) {
            co_return;
        }
        const std::optional<tcp_socket_facts> server = co_await here.server_socket_once_accepted();
        // With TCP_DEFER_ACCEPT (tcp(7)) the server has no such socket until a byte comes.
        if (!server || server->state != tcp_state::established) {
            here.not_delivered("the server's kernel does not hold the connection: " +
                               to_text(server));
            co_return;
        }
        here.delivered("the server's socket is " + to_text(server));
        co_await here.hold_until_server_closes();
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    return std::make_unique<silent_connection_fault>(
        read_point(keys, {strike_point::connect, strike_point::handshake}));
}

}  // namespace

extern const fault_kind silent_connection{
    "silent_connection", "A client that connects, and sends nothing as long as it may.", read};

}  // namespace stormdrain::faults
