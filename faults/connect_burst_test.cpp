#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ConnectBurst : public fault_fixture {
protected:
    static surroundings before_any_stop() {
        surroundings around;
        around.let_go = surroundings::release::never;
        around.within = 30s;  // longer than a burst may take to be served
        return around;
    }
};

TEST_F(ConnectBurst, IsServedOnEveryConnection) {
    const auto burst = make("connect_burst", R"({"size": 20})");
    EXPECT_EQ(burst->holds(), held_condition::none);
    EXPECT_THAT(burst->needed_routes(), ElementsAre("small"));
    const injection happened = inject_into(correct_server, *burst, before_any_stop());
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("20 of 20 connected within "));
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_TRUE(happened.demanded->met) << happened.demanded->seen;
    EXPECT_EQ(happened.demanded->seen, "20 answers");
    EXPECT_EQ(log_.size(), 20U);
    EXPECT_EQ(log_.open_count(), 0U);
}

// A peer of one thread cannot accept before all of them have connected.
TEST_F(ConnectBurst, IsMadeAtOnce) {
    const injection happened =
        inject_into(correct_server, *make("connect_burst", R"({"size": 30})"));
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("; then 30 were ESTABLISHED at the server"));
}

TEST_F(ConnectBurst, MayNotBeTurnedAway) {
    int seen_count = 0;
    const auto turns_one_away = [&](tcp_socket socket) -> asio::awaitable<void> {
        if (++seen_count != 3) {
            co_await serve_correctly(socket);
        }
    };
    const injection happened =
        inject_into(turns_one_away, *make("connect_burst", R"({"size": 5})"), before_any_stop());
    EXPECT_THAT(happened, WasDelivered());
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_FALSE(happened.demanded->met);
    EXPECT_THAT(happened.demanded->seen, HasSubstr("4 answers, and to another: the server "));
}

TEST_F(ConnectBurst, MayBeWithoutAWord) {
    const auto burst = make("connect_burst", R"({"size": 20, "sends": "nothing"})");
    EXPECT_THAT(burst->needed_routes(), IsEmpty());
    const injection happened = inject_into(correct_server, *burst);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_FALSE(happened.demanded.has_value());
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_F(ConnectBurst, DemandsNothingOfACycleThatEndsFirst) {
    const auto waits = [](tcp_socket socket) -> asio::awaitable<void> {
        while (co_await read_request(socket)) {
        }
    };
    surroundings hasty = before_any_stop();
    hasty.within = 100ms;
    const injection happened = inject_into(waits, *make("connect_burst", R"({"size": 3})"), hasty);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_FALSE(happened.demanded.has_value());
}

TEST_F(ConnectBurst, DemandsNothingOnceTheStopHasBegun) {
    const injection happened =
        inject_into(correct_server, *make("connect_burst", R"({"size": 3})"));
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_FALSE(happened.demanded.has_value());
}

TEST_F(ConnectBurst, HasNoRouteWhereNothingIsSent) {
    std::vector<problem> problems;
    make("connect_burst", R"({"sends": "nothing", "route": "small"})", problems);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].message, HasSubstr("route"));
}

}  // namespace
}  // namespace stormdrain
