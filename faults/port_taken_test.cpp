#include "faults/process_fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using testing::Not;

class PortTaken : public io_fixture {
protected:
    // Before the server is launched: there is no process yet.
    injection inject(const fault& what, std::function<void()> once_it_stands) {
        injection happened;
        run([&]() -> asio::awaitable<void> {
            port_address port;
            port.name = "http";
            port.where = where_;
            connector connections(executor(), port, log_);
            fault_context context(connections, routes_, clock_, released_, random_source(1),
                                  test_deadline());
            context.on_in_place = std::move(once_it_stands);
            happened = co_await what.inject(context);
        });
        return happened;
    }

    port_reserver ports_;
    endpoint where_{"127.0.0.1", ports_.next()};
    route_table routes_;
    cycle_clock clock_;
    connection_log log_{clock_};
    gate released_{executor()};
};

TEST_F(PortTaken, HoldsThePortForItsTimeAndThenGivesItBack) {
    const auto taken = make_fault("port_taken", R"({"for": "1ms"})");
    EXPECT_EQ(taken->point(), strike_point::start);
    EXPECT_TRUE(taken->stands_until_released());
    port_state seen = port_state::unknown;
    const injection happened = inject(*taken, [&] { seen = state_of_port(where_); });
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(seen, port_state::in_use);
    EXPECT_EQ(state_of_port(where_), port_state::bindable);
}

TEST_F(PortTaken, IsOverWhenItIsReleased) {
    const auto taken = make_fault("port_taken", R"({"for": "1h"})");
    const injection happened = inject(*taken, [this] { released_.open(); });
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(state_of_port(where_), port_state::bindable);
}

TEST_F(PortTaken, IsNotDeliveredWhereSomebodyElseHasThePort) {
    const owned_descriptor other = make_listener(where_);
    const auto taken = make_fault("port_taken", R"({"for": "1ms"})");
    const injection happened = inject(*taken, [] {});
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("in use"));
}

}  // namespace
}  // namespace stormdrain
