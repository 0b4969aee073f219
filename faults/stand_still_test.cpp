#include "faults/stand_still.hpp"

#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

// What is said of the server, with a partial request as an example: those that share this differ in
// what they send only.
class StandStill : public fault_fixture {
protected:
    StandStill() { held_.let_go = surroundings::release::never; }

    injection inject_for_a_while(scripted_peer::script script) {
        const auto partial = make("partial_request", R"({"for": "150ms"})");
        EXPECT_FALSE(partial->stands_until_released());
        return inject_into(std::move(script), *partial, held_);
    }

    surroundings held_;
};

TEST_F(StandStill, SaysThatTheServerKeptIt) {
    const injection happened = inject_for_a_while(correct_server);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("; the server kept it for all of "));
    EXPECT_GE(happened.ended - happened.struck, 150ms);
    EXPECT_FALSE(happened.server_closed);
}

TEST_F(StandStill, SaysThatTheServerAnsweredAndEndedIt) {
    const injection happened = inject_for_a_while([](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_until(socket, "G");
        asio::steady_timer patience(socket.get_executor(), 50ms);
        co_await patience.async_wait(asio::use_awaitable);
        co_await send_text(socket,
                           http_response("", "Connection: close\r\n", "408 Request Timeout"));
    });
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(happened.response_status, 408);
    EXPECT_THAT(happened.proof, HasSubstr("; the server answered 408 and ended it after "));
    EXPECT_TRUE(happened.server_closed);
}

TEST_F(StandStill, SaysThatTheServerEndedItWithoutAWord) {
    const injection happened = inject_for_a_while([](tcp_socket socket) -> asio::awaitable<void> {
        asio::steady_timer patience(socket.get_executor(), 50ms);
        co_await patience.async_wait(asio::use_awaitable);
        socket.close();  // with unread bytes: a reset
    });
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("; the server ended it after "));
    EXPECT_FALSE(happened.response_status);
}

TEST_F(StandStill, IsNotDeliveredToAServerThatHasClosed) {
    const injection happened = inject_for_a_while([](tcp_socket socket) -> asio::awaitable<void> {
        socket.set_option(tcp_socket::linger(true, 0));
        socket.close();
        co_return;
    });
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_EQ(in_place_count_, 0);
}

}  // namespace
}  // namespace stormdrain
