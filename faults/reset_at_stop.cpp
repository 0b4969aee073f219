// Resets connections at a chosen point just as the server is told to stop: clients that are killed
// together with it, as when a whole machine goes.

#include "faults/handler_at_stop.hpp"
#include "faults/reach_point.hpp"
#include "faults/stop_offset.hpp"
#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

class reset_at_stop_fault : public connection_fault {
public:
    reset_at_stop_fault(strike_point at, std::vector<std::string> routes, stop_offset offset)
        : connection_fault({"reset_at_stop", held_condition::none, at, std::move(routes)}),
          offset_(offset) {}

    bool strikes_at_stop() const override { return true; }

    // Nothing says how long a request takes to reach its handler.
    bool strikes_ahead_of_signal() const override {
        return offset_.max == duration::zero() && point() != strike_point::handler;
    }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        if (point() == strike_point::handler) {
            co_await reset_handled(here);
            co_return;
        }
        const std::string moment = co_await get_there(here);
        if (moment.empty()) {
            co_return;
        }
        const bool stops = co_await here.await_stop();
        if (stops) {
            co_await reset_later(here, moment);
        }
    }

private:
    boost::asio::awaitable<std::string> get_there(strike_attempt& here) const {
        std::string moment;
        if (point() == strike_point::connect) {
            connect_options options;
            options.tls = tls_use::never;
            const bool is_connected = co_await here.connect(std::move(options));
            moment = is_connected ? "connected, no byte sent" : "";
        } else {
            way_to_point way;
            way.point = point();
            way.route_name = route_name();
            moment = co_await reach_point(here, std::move(way));
        }
        co_return moment;
    }

    boost::asio::awaitable<void> reset_handled(strike_attempt& here) const {
        const std::optional<rendered_request> request = here.request_for(route_name());
        bool is_connected = false;
        if (request) {
            is_connected = co_await here.connect();
        }
        if (!is_connected) {
            co_return;
        }
        const handled_request handled = co_await handler_at_stop(here, *request);
        if (handled.exchange) {
            co_await reset_later(here, handled.moment);
        }
    }

    boost::asio::awaitable<void> reset_later(strike_attempt& here, std::string moment) const {
        const duration later = co_await offset_.wait(here);
        const std::string when =
            strikes_ahead_of_signal() ? "with the stop" : to_text(later) + " after the stop";
        moment += ", " + when;
        co_await here.reset(std::move(moment));
        if (!here.is_delivered() && !is_established(here)) {
            here.overtaken("the server had closed " + to_text(later) + " after the stop");
        }
    }

    static bool is_established(strike_attempt& here) {
        const std::optional<tcp_socket_facts> server = here.server_socket();
        return server && server->state == tcp_state::established;
    }

    stop_offset offset_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    const strike_point at = read_point(
        keys, {strike_point::handler, strike_point::connect, strike_point::request_headers,
               strike_point::request_body, strike_point::response_body, strike_point::idle});
    std::vector<std::string> routes;
    if (at != strike_point::connect) {
        routes.push_back(keys.text("route", route_to_reach(at)));
    }
    return std::make_unique<reset_at_stop_fault>(at, std::move(routes),
                                                 read_stop_offset(keys, {0ms, 0ms}));
}

}  // namespace

extern const fault_kind reset_at_stop{
    "reset_at_stop", "A client that resets its connection just as the server is told to stop.",
    read};

}  // namespace stormdrain::faults
