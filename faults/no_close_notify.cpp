// Ends a TLS connection by FIN alone, without the close_notify that RFC 8446 section 6.1 asks of
// it: what most clients that are killed do, and some that are not. A server has its whole request
// by then and nothing to complain about.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <algorithm>

namespace stormdrain::faults {

namespace {

// A server that has answered and read our FIN has nothing to wait for.
constexpr duration close_after_answer = std::chrono::seconds(1);

class no_close_notify_fault : public connection_fault {
public:
    explicit no_close_notify_fault(std::string route)
        : connection_fault({"no_close_notify",
                            held_condition::half_closed,
                            strike_point::idle,
                            {std::move(route)},
                            needed_port::tls}) {}

    // It is over by itself, and soon; the stop may meet it all the same.
    bool stands_until_released() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        if (!request || !co_await here.connect()) {
            co_return;
        }
        if (here.context().connections.port().tls == nullptr) {
            here.unavailable("the port does not speak TLS");
            co_return;
        }
        if (!co_await here.exchange(*request) || !here.established_server_socket()) {
            co_return;
        }
        std::string moment = "answered; without close_notify, ";
        const bool has_struck = co_await here.send_fin(std::move(moment));
        if (!has_struck) {
            co_return;
        }
        const time_point close_by = clock::now() + close_after_answer;
        co_await here.connection().wait_for_server_close(std::min(here.deadline(), close_by));
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    return std::make_unique<no_close_notify_fault>(keys.text("route", "small"));
}

}  // namespace

extern const fault_kind no_close_notify{
    "no_close_notify", "A client that ends a TLS connection without saying so in TLS.", read};

}  // namespace stormdrain::faults
