#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;

class HalfClose : public fault_fixture {
protected:
    HalfClose() { held_.let_go = surroundings::release::never; }
    surroundings held_;
};

TEST_F(HalfClose, GetsItsAnswerFromAServerThatRespondsBehindAFin) {
    const std::unique_ptr<const fault> half_close = make("half_close");
    EXPECT_EQ(half_close->holds(), held_condition::half_closed);
    const injection happened = inject_into(correct_server, *half_close, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(happened.response_status, 200);
    EXPECT_TRUE(happened.response_complete);
    EXPECT_TRUE(happened.server_closed.has_value());
    EXPECT_TRUE(log_.at(happened.connection).half_closed.has_value());
}

TEST_F(HalfClose, SeesAServerCloseOnAHeaderThatEndsEarly) {
    const auto half_close = make("half_close", R"({"at": "request_headers"})");
    const injection happened = inject_into(correct_server, *half_close, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_FALSE(happened.response_complete);
    EXPECT_EQ(happened.response_status, std::nullopt);
    EXPECT_TRUE(happened.server_closed.has_value());
}

// Goal: a server that answers and forgets the connection in CLOSE_WAIT does not hold the fault.
TEST_F(HalfClose, GivesUpOnAServerThatKeepsItsEndOpenAfterTheAnswer) {
    const std::unique_ptr<const fault> half_close = make("half_close");
    gate seen(executor());
    const auto never_closes = [&](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole"));
        co_await seen.wait(clock::now() + 10s);
    };
    scripted_peer peer(executor(), never_closes);
    injection happened;
    run([&]() -> asio::awaitable<void> {
        const endpoint where = peer.where();
        happened = co_await inject(*half_close, where, held_);
        seen.open();
        co_await peer.stop();
    });
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("CLOSE_WAIT"));
    EXPECT_TRUE(happened.response_complete);
    EXPECT_FALSE(happened.server_closed.has_value());
}

TEST_F(HalfClose, DoesNotWaitLongForAnAnswerThatNeverComes) {
    const std::unique_ptr<const fault> half_close = make("half_close");
    held_.stands_within = 200ms;
    gate seen(executor());
    const auto never_answers = [&](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await seen.wait(clock::now() + 10s);
    };
    scripted_peer peer(executor(), never_answers);
    injection happened;
    run([&]() -> asio::awaitable<void> {
        const endpoint where = peer.where();
        happened = co_await inject(*half_close, where, held_);
        seen.open();
        co_await peer.stop();
    });
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_FALSE(happened.response_complete);
    EXPECT_LT(happened.ended, 5s);
}

}  // namespace
}  // namespace stormdrain
