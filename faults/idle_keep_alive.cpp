// Has one request answered and keeps the connection: what every pooled client does.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

class idle_keep_alive_fault : public connection_fault {
public:
    explicit idle_keep_alive_fault(std::string route)
        : connection_fault({"idle_keep_alive",
                            held_condition::idle_keep_alive,
                            strike_point::idle,
                            {std::move(route)}}) {}

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        if (!request || !co_await here.connect()) {
            co_return;
        }
        if (!co_await here.exchange(*request)) {
            co_return;
        }
        here.stays_idle();
        const std::optional<tcp_socket_facts> server = here.established_server_socket();
        if (server) {
            here.delivered("answered, no close announced, the server's socket is " +
                           to_text(server));
        }
        // Without a server's end there is nothing to hold, but its close is still to be seen.
        co_await here.hold_until_server_closes();
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    return std::make_unique<idle_keep_alive_fault>(keys.text("route", "small"));
}

}  // namespace

extern const fault_kind idle_keep_alive{
    "idle_keep_alive", "A client that has its answer and keeps the connection without a word.",
    read};

}  // namespace stormdrain::faults
