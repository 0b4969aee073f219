// Asks for a large answer and never reads it: the window goes to zero and the server's write
// blocks until somebody gives up.

#include "faults/strike.hpp"
#include "harness/base/deadline.hpp"
#include "harness/config/object_reader.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace stormdrain::faults {

namespace {

// Set before connect; the kernel doubles it (tcp(7)).
constexpr int receive_buffer_bytes = 4096;
// Between two looks at a queue that no longer moves, and how often it may still have moved:
// loopback fills in milliseconds, a large answer that is made slowly takes longer.
constexpr duration look_interval = std::chrono::milliseconds(50);
constexpr int looks_max = 200;

bool is_blocked(const std::optional<tcp_socket_facts>& server) {
    return server && server->state == tcp_state::established && server->send_queue_bytes > 0;
}

class stalled_reader_fault : public connection_fault {
public:
    explicit stalled_reader_fault(std::string route)
        : connection_fault({"stalled_reader",
                            held_condition::stalled_reader,
                            strike_point::response_body,
                            {std::move(route)}}) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        connect_options connecting;
        connecting.receive_buffer_bytes = receive_buffer_bytes;
        if (!request || !co_await here.connect(std::move(connecting))) {
            co_return;
        }
        http_exchange exchange(here.connection(), *request);
        co_await exchange.send(here.deadline());
        if (!exchange.report().all_sent) {
            here.not_delivered(why_cut_short(exchange.report()));
            co_return;
        }
        co_await watch_queue(here);
        if (here.is_delivered()) {
            co_await hold_until_reset(here);
        }
    }

private:
    static boost::asio::awaitable<void> watch_queue(strike_attempt& here) {
        std::optional<tcp_socket_facts> before = here.server_socket();
        for (int look = 0; look < looks_max && clock::now() < here.deadline(); ++look) {
            co_await here.pause(look_interval);
            const std::optional<tcp_socket_facts> now = here.server_socket();
            if (is_blocked(before) && is_blocked(now) &&
                before->send_queue_bytes == now->send_queue_bytes) {
                here.delivered(std::to_string(now->send_queue_bytes) +
                               " bytes wait in the server's socket and do not move");
                co_return;
            }
            before = now;
        }
        here.not_delivered("the server's write was never blocked: its socket is " +
                           to_text(before) + ", " +
                           std::to_string(before ? before->send_queue_bytes : 0) + " bytes wait");
    }

    // A FIN would come behind the bytes that we do not take; only a RST can be seen.
    static boost::asio::awaitable<void> hold_until_reset(strike_attempt& here) {
        auto& socket = here.connection().socket();
        auto broken = socket.async_wait(stream_socket::wait_error, boost::asio::deferred);
        const transfer waited = co_await before(here.deadline(), std::move(broken));
        if (waited.error == boost::asio::error::operation_aborted) {
            throw boost::system::system_error(waited.error);
        }
        if (!waited.error) {
            connection_row& row = here.connection().row();
            row.server_closed = here.context().clock.now();
            row.end = connection_end::reset_by_server;
        }
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    return std::make_unique<stalled_reader_fault>(keys.text("route", "large"));
}

}  // namespace

extern const fault_kind stalled_reader{
    "stalled_reader", "A client that asks for a large response and never reads it.", read};

}  // namespace stormdrain::faults
