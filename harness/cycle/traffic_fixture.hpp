#pragma once
// For tests of traffic: faults that do what the test says, a correct peer, a small load.

#include "harness/cycle/traffic.hpp"
#include "harness/testing/connection_fixture.hpp"
#include "harness/testing/http_script.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {

using injecting = std::function<boost::asio::awaitable<injection>(fault_context&)>;

// A fault that does what the test says.
class scripted_fault : public fault {
public:
    scripted_fault(held_condition holds, injecting play) : holds_(holds), play_(std::move(play)) {}

    held_condition holds() const override { return holds_; }
    strike_point point() const override { return strike_point::connect; }
    std::vector<std::string> needed_routes() const override { return {}; }
    bool strikes_at_stop() const override { return at_stop_; }
    boost::asio::awaitable<injection> inject(fault_context& context) const override {
        co_return co_await play_(context);
    }

    bool strikes_ahead_of_signal() const override { return ahead_; }

    void strike_at_stop() { at_stop_ = true; }
    void strike_ahead_of_signal() { at_stop_ = ahead_ = true; }

private:
    bool ahead_ = false;
    bool at_stop_ = false;
    held_condition holds_;
    injecting play_;
};

inline fault_use use(held_condition holds, injecting play) {
    fault_use made;
    made.name = made.kind = "scripted";
    made.port = "http";
    made.what = std::make_shared<scripted_fault>(holds, std::move(play));
    made.connections_count = 1;
    return made;
}

inline injection happened(bool delivered) {
    injection made;
    made.delivered = delivered;
    return made;
}

inline boost::asio::awaitable<void> correct(boost::asio::ip::tcp::socket socket) {
    co_await serve_correctly(socket);
}

class Traffic : public connection_fixture {
protected:
    Traffic() {
        routes_["small"].path = "/";
        routes_["delayed"].path = "/delay/20";
        routes_["large"].path = "/bytes/4000000";
        what_.load = load_profile();
        what_.load->clients_count = 2;
        what_.load->requests_per_client = 3;
        what_.load->after = after_stop::close;
    }

    // A peer with the traffic of the scenario; both are joined when the test's part is over.
    void with_traffic(scripted_peer::script script,
                      const std::function<boost::asio::awaitable<void>(traffic&)>& play) {
        run([&]() -> boost::asio::awaitable<void> {
            scripted_peer peer(executor(), std::move(script));
            connector_table connectors;
            connectors["http"] = std::make_unique<connector>(
                executor(), port_address{"http", peer.where(), nullptr}, log_);
            const traffic::plan planned{what_, routes_, 1};
            traffic under_test(executor(), connectors, cycle_clock(), planned, soon());
            co_await play(under_test);
            under_test.release();
            co_await under_test.finish(soon());
            released_.open();
            co_await peer.stop();
        });
    }

    // Stays in place until it is released.
    static boost::asio::awaitable<injection> hold(fault_context& context) {
        context.in_place();
        co_await context.released.wait(context.deadline);
        co_return happened(true);
    }

    stop_choice stop_at(stop_moment moment) const {
        return {.at = moment,
                .between_min = std::chrono::milliseconds(5),
                .between_max = std::chrono::milliseconds(10)};
    }

    route_table routes_;
    scenario what_;
};

}  // namespace stormdrain
