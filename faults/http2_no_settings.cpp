// Sends HTTP/2's preface and no SETTINGS behind it: a pool that dials ahead, or a client that froze
// right there. What a server counts as HTTP/2 connections begins later, and a stop that asks those
// waits for this one for ever (hyperium/hyper#4171).

#include "faults/http2_talk.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

class http2_no_settings_fault : public connection_fault {
public:
    http2_no_settings_fault()
        : connection_fault({"http2_no_settings",
                            held_condition::partial_header,
                            strike_point::request_headers,
                            {},
                            needed_port::http2}) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        http2_talk talk(here);
        bool goes_on = co_await talk.connect();
        if (goes_on) {
            goes_on = co_await here.send(http2_client_preface);
        }
        if (!goes_on) {
            co_return;
        }
        const std::optional<tcp_socket_facts> server = co_await here.server_socket_once_accepted();
        if (!server || server->state != tcp_state::established) {
            here.not_delivered("the server's kernel does not hold the connection: " +
                               to_text(server));
            co_return;
        }
        here.delivered("the preface was sent and no SETTINGS, the server's socket is " +
                       to_text(server));
        co_await here.hold_until_server_closes();
    }
};

std::unique_ptr<const fault> read(object_reader& /*keys*/) {
    return std::make_unique<http2_no_settings_fault>();
}

}  // namespace

extern const fault_kind http2_no_settings{
    "http2_no_settings", "An HTTP/2 client that sends its preface and no SETTINGS.", read};

}  // namespace stormdrain::faults
