#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class IdleKeepAlive : public fault_fixture {};

TEST_F(IdleKeepAlive, HoldsTheConnectionUntilTheServerCloses) {
    const std::unique_ptr<const fault> idle = make("idle_keep_alive");
    EXPECT_EQ(idle->holds(), held_condition::idle_keep_alive);
    surroundings held;
    held.let_go = surroundings::release::never;
    const auto closes_later = [&](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole"));
        asio::steady_timer idle_timeout(executor(), 50ms);
        co_await idle_timeout.async_wait(asio::use_awaitable);
    };
    const injection happened = inject_into(closes_later, *idle, held);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(happened.response_status, 200);
    EXPECT_TRUE(happened.response_complete);
    ASSERT_TRUE(happened.server_closed.has_value());
    EXPECT_LT(happened.struck, *happened.server_closed);
    ASSERT_TRUE(happened.idle_since.has_value());
    EXPECT_GE(*happened.server_closed - *happened.idle_since, 50ms);
}

// Goal: a server that closes behind its answer leaves nothing to hold, and is seen doing so.
TEST_F(IdleKeepAlive, SeesTheCloseOfAServerThatDidNotAnnounceIt) {
    const std::unique_ptr<const fault> idle = make("idle_keep_alive");
    const auto closes = [](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole"));
    };
    surroundings held;
    held.let_go = surroundings::release::never;
    const injection happened = inject_into(closes, *idle, held);
    EXPECT_TRUE(happened.response_complete);
    ASSERT_TRUE(happened.idle_since.has_value());
    ASSERT_TRUE(happened.server_closed.has_value());
    EXPECT_LE(*happened.idle_since, *happened.server_closed);
    EXPECT_LT(happened.ended, 5s);
}

TEST_F(IdleKeepAlive, IsNotDeliveredWhenTheServerAnnouncedItsClose) {
    const std::unique_ptr<const fault> idle = make("idle_keep_alive");
    const auto closes = [](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole", "Connection: close\r\n"));
    };
    const injection happened = inject_into(closes, *idle);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("announced that it closes"));
    EXPECT_EQ(happened.idle_since, std::nullopt);
    EXPECT_TRUE(happened.response_complete);
}

TEST_F(IdleKeepAlive, IsNotDeliveredWhenTheServerTruncatesItsAnswer) {
    const std::unique_ptr<const fault> idle = make("idle_keep_alive");
    const auto truncates = [](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    };
    const injection happened = inject_into(truncates, *idle);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("before its answer was whole"));
    EXPECT_FALSE(happened.response_complete);
}

TEST_F(IdleKeepAlive, NamesTheRouteThatTheTargetLacks) {
    const auto idle = make("idle_keep_alive", R"({"route": "tiny"})");
    EXPECT_THAT(idle->needed_routes(), testing::ElementsAre("tiny"));
    const injection happened = inject_into(correct_server, *idle);
    EXPECT_THAT(happened.proof, HasSubstr("no route \"tiny\""));
    EXPECT_EQ(log_.size(), 0U);
}

}  // namespace
}  // namespace stormdrain
