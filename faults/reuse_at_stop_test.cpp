#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class ReuseAtStop : public fault_fixture {
protected:
    static surroundings at_stop() {
        surroundings around;
        around.let_go = surroundings::release::stops_when_in_place;
        return around;
    }

    // Answers once, then does as it is told when the stop has come.
    template <class Then>
    scripted_peer::script answers_then(Then then) {
        return [this, then](tcp_socket socket) -> asio::awaitable<void> {
            co_await read_request(socket);
            co_await send_text(socket, http_response("first"));
            co_await stop_begins_.wait(clock::now() + 5s);
            co_await then(socket);
        };
    }
};

TEST_F(ReuseAtStop, MayBeAnsweredWhole) {
    const auto reuse = make("reuse_at_stop");
    EXPECT_EQ(reuse->holds(), held_condition::idle_keep_alive);
    EXPECT_TRUE(reuse->strikes_at_stop());
    const injection happened = inject_into(correct_server, *reuse, at_stop());
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("after the stop; the server's socket was ESTABLISHED"));
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_TRUE(happened.demanded->met);
    EXPECT_TRUE(happened.demanded->holds_at_stop);
    EXPECT_EQ(log_.at(happened.connection).requests_count, 2U);
}

TEST_F(ReuseAtStop, MayBeClosedWithoutAByte) {
    const auto closes = [](tcp_socket& socket) -> asio::awaitable<void> {
        socket.close();
        co_return;
    };
    const auto reuse = make("reuse_at_stop", R"({"between": ["50ms", "50ms"]})");
    const injection happened = inject_into(answers_then(closes), *reuse, at_stop());
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("sent 50 ms after the stop"));
    EXPECT_THAT(happened.proof, HasSubstr("; then no byte: "));
    EXPECT_FALSE(happened.demanded.has_value());
}

TEST_F(ReuseAtStop, MayNotBeAnsweredByHalf) {
    const auto cuts = [](tcp_socket& socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        socket.close();
    };
    const injection happened = inject_into(answers_then(cuts), *make("reuse_at_stop"), at_stop());
    EXPECT_THAT(happened, WasDelivered());
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_FALSE(happened.demanded->met);
    EXPECT_THAT(happened.demanded->seen, HasSubstr("a part of an answer: "));
}

TEST_F(ReuseAtStop, IsOvertakenByAServerThatResetsFirst) {
    const auto resets = [](tcp_socket& socket) -> asio::awaitable<void> {
        socket.set_option(tcp_socket::linger(true, 0));
        socket.close();
        co_return;
    };
    const auto reuse = make("reuse_at_stop", R"({"between": ["50ms", "50ms"]})");
    const injection happened = inject_into(answers_then(resets), *reuse, at_stop());
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_TRUE(happened.overtaken);
}

TEST_F(ReuseAtStop, IsNotDeliveredWhenNoStopComes) {
    surroundings alone;
    alone.within = 100ms;
    alone.let_go = surroundings::release::never;
    const injection happened = inject_into(correct_server, *make("reuse_at_stop"), alone);
    EXPECT_EQ(in_place_count_, 1);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_FALSE(happened.overtaken);
}

}  // namespace
}  // namespace stormdrain
