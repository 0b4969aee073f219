#include "faults/fault_fixture.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class InFlightRequest : public fault_fixture {
protected:
    InFlightRequest() { held_.let_go = surroundings::release::never; }
    surroundings held_;
};

TEST_F(InFlightRequest, StandsWhileTheHandlerIsAtWork) {
    const std::unique_ptr<const fault> waiting = make("in_flight_request");
    EXPECT_EQ(waiting->holds(), held_condition::in_flight);
    EXPECT_TRUE(waiting->stands_until_released());
    const injection happened = inject_into(correct_server, *waiting);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("waits for its answer"));
    EXPECT_FALSE(happened.response_complete);
}

// Goal: it is answered twice, then the stop comes while the third request waits.
TEST_F(InFlightRequest, AsksAgainUntilTheStopAndThenLeavesWithItsAnswer) {
    const std::unique_ptr<const fault> waiting = make("in_flight_request");
    int asked = 0;
    const auto script = [&](tcp_socket socket) -> asio::awaitable<void> {
        while (asked < 4) {
            const auto request = co_await read_request(socket);
            if (!request) {
                co_return;
            }
            ++asked;
            if (asked == 3) {
                stop_begins_.open();
            }
            co_await send_text(socket, http_response("whole"));
        }
    };
    const injection happened = inject_into(script, *waiting, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(asked, 3);
    EXPECT_TRUE(happened.response_complete);
}

TEST_F(InFlightRequest, SeesAServerThatHangsUpInsteadOfAnswering) {
    const std::unique_ptr<const fault> waiting = make("in_flight_request");
    const auto script = [&](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        const time_point give_up = clock::now() + 5s;
        while (in_place_count_ == 0 && clock::now() < give_up) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
    };
    const injection happened = inject_into(script, *waiting, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_FALSE(happened.response_complete);
    EXPECT_TRUE(happened.server_closed.has_value());
}

}  // namespace
}  // namespace stormdrain
