#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class BecomesIdle : public fault_fixture {
protected:
    static surroundings at_stop() {
        surroundings around;
        around.let_go = surroundings::release::stops_when_in_place;
        return around;
    }
    // Nothing comes by itself.
    static surroundings left_alone() {
        surroundings around;
        around.let_go = surroundings::release::never;
        return around;
    }

    asio::awaitable<void> a_while(duration length) {
        asio::steady_timer timer(executor(), length);
        co_await timer.async_wait(asio::use_awaitable);
    }

    // One request, answered after a while, and a close some time after that.
    scripted_peer::script answers_once(std::string fields) {
        return [this, fields = std::move(fields)](tcp_socket socket) -> asio::awaitable<void> {
            co_await read_request(socket);
            co_await a_while(60ms);
            co_await send_text(socket, http_response("late", fields));
            co_await a_while(50ms);
        };
    }
};

TEST_F(BecomesIdle, IsAnsweredBehindTheStopAndStays) {
    const std::unique_ptr<const fault> what = make("becomes_idle");
    EXPECT_EQ(what->holds(), held_condition::becomes_idle);
    EXPECT_TRUE(what->strikes_at_stop());
    const injection happened = inject_into(answers_once(""), *what, at_stop());
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("the stop found a request that the server had read"));
    EXPECT_THAT(happened.proof, HasSubstr("no close announced"));
    EXPECT_TRUE(happened.response_complete);
    EXPECT_EQ(happened.close_announced, false);
    ASSERT_TRUE(happened.server_closed.has_value());
    EXPECT_GE(*happened.server_closed - happened.struck, 50ms);
    EXPECT_FALSE(happened.server_reset);
}

TEST_F(BecomesIdle, SeesThatTheCloseWasAnnounced) {
    const injection happened =
        inject_into(answers_once("Connection: close\r\n"), *make("becomes_idle"), at_stop());
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(happened.close_announced, true);
}

TEST_F(BecomesIdle, SeesAServerThatDropsTheRequest) {
    const auto drops = [this](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await stop_begins_.wait(clock::now() + 5s);
        co_await a_while(20ms);
    };
    const injection happened = inject_into(drops, *make("becomes_idle"), at_stop());
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_FALSE(happened.response_complete);
    EXPECT_THAT(happened.proof, HasSubstr("closed the connection before its answer was whole"));
}

TEST_F(BecomesIdle, AsksAgainUntilTheStopComes) {
    int asked_count = 0;
    const auto counts = [&](tcp_socket socket) -> asio::awaitable<void> {
        while (co_await read_request(socket)) {
            if (++asked_count == 3) {
                stop_begins_.open();
            }
            co_await a_while(40ms);
            co_await send_text(
                socket, http_response("late", asked_count == 3 ? "Connection: close\r\n" : ""));
            if (asked_count == 3) {
                co_return;
            }
        }
    };
    const injection happened = inject_into(counts, *make("becomes_idle"), left_alone());
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(in_place_count_, 1);
    EXPECT_EQ(asked_count, 3);
    EXPECT_EQ(log_.at(happened.connection).requests_count, 3U);
}

TEST_F(BecomesIdle, IsNotDeliveredWhenTheAnswerCameWithTheStop) {
    const auto meets_it = [this](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await a_while(60ms);
        co_await send_text(socket, http_response("just in time"));
        stop_begins_.open();
        co_await read_request(socket);
    };
    const injection happened = inject_into(meets_it, *make("becomes_idle"), left_alone());
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("no request in its handler"));
    EXPECT_FALSE(happened.overtaken);
}

TEST_F(BecomesIdle, IsNotDeliveredToAServerThatHasNotReadTheRequest) {
    gate over(executor());
    const auto deaf = [&over](tcp_socket) -> asio::awaitable<void> {
        co_await over.wait(clock::now() + 10s);
    };
    scripted_peer peer(executor(), deaf);
    const auto what = make("becomes_idle");
    injection happened;
    const surroundings around = at_stop();
    run([&]() -> asio::awaitable<void> {
        const endpoint where = peer.where();
        happened = co_await inject(*what, where, around);
        over.open();
        co_await peer.stop();
    });
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("had not read the request"));
}

TEST_F(BecomesIdle, IsUnavailableWhereEveryAnswerAnnouncesTheClose) {
    const injection happened =
        inject_into(answers_once("Connection: close\r\n"), *make("becomes_idle"), left_alone());
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_TRUE(happened.unavailable);
}

TEST_F(BecomesIdle, IsNotDeliveredWhenItIsLetGoOfFirst) {
    const auto lets_go = [this](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await a_while(60ms);
        released_.open();
        co_await read_request(socket);
    };
    const injection happened = inject_into(lets_go, *make("becomes_idle"), left_alone());
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("let go of before the stop"));
}

TEST_F(BecomesIdle, IsNotDeliveredByARouteThatIsAnsweredAtOnce) {
    const auto what = make("becomes_idle", R"({"route": "small"})");
    const injection happened = inject_into(correct_server, *what, at_stop());
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("before any stop could find"));
}

}  // namespace
}  // namespace stormdrain
