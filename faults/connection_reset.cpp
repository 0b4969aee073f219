// Resets the connection at a chosen point: a client that crashed, a load balancer that gave up, a
// browser tab that was closed.

#include "faults/reach_point.hpp"
#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

class connection_reset_fault : public connection_fault {
public:
    connection_reset_fault(strike_point at, std::vector<std::string> routes)
        : connection_fault({"connection_reset", held_condition::none, at, std::move(routes)}) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        if (point() == strike_point::connect) {
            connect_options options;
            options.tls = tls_use::never;
            const bool is_connected = co_await here.connect(std::move(options));
            if (is_connected) {
                co_await here.reset("connected, no byte sent");
            }
            co_return;
        }
        way_to_point way;
        way.point = point();
        way.route_name = route_name();
        const std::string moment = co_await reach_point(here, std::move(way));
        if (!moment.empty()) {
            co_await here.reset(moment);
        }
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    const strike_point at = read_point(
        keys, {strike_point::request_headers, strike_point::connect, strike_point::request_body,
               strike_point::handler, strike_point::response_body, strike_point::idle});
    std::vector<std::string> routes;
    if (at != strike_point::connect) {
        routes.push_back(keys.text("route", route_to_reach(at)));
    }
    return std::make_unique<connection_reset_fault>(at, std::move(routes));
}

}  // namespace

extern const fault_kind connection_reset{
    "connection_reset", "A client that ends the connection by RST instead of FIN.", read};

}  // namespace stormdrain::faults
