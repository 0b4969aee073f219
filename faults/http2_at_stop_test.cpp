#include "faults/fault_fixture.hpp"
#include "harness/testing/http2_script.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class Http2AtStop : public fault_fixture {};

TEST_F(Http2AtStop, SendsItsPrefaceWhenTheStopBegins) {
    const std::unique_ptr<const fault> what = make("http2_at_stop");
    EXPECT_TRUE(what->strikes_at_stop());
    EXPECT_EQ(what->holds(), held_condition::silent);
    // It stays behind its strike: the signal would wait for that.
    EXPECT_FALSE(what->strikes_ahead_of_signal());
    bool stopped_first = false;
    const auto server = [&](tcp_socket socket) -> asio::awaitable<void> {
        http2_script talk(socket);
        co_await talk.greet();
        stopped_first = stop_begins_.is_open();
        const http2_frame farewell = goaway_frame(0, 0);
        co_await talk.say(farewell);
        co_await hang_up(talk);
    };
    surroundings stopping;
    stopping.let_go = surroundings::release::stops_when_in_place;
    const injection happened = inject_into(server, *what, stopping);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_TRUE(stopped_first);
    EXPECT_THAT(happened.proof, HasSubstr("were sent with the stop"));
    EXPECT_THAT(happened.proof, HasSubstr("; GOAWAY 0, then the server closed"));
}

TEST_F(Http2AtStop, SaysThatItWasLeftAlone) {
    const std::unique_ptr<const fault> what = make("http2_at_stop");
    const auto server = [&](tcp_socket socket) -> asio::awaitable<void> {
        http2_script talk(socket);
        co_await talk.greet();
        released_.open();
        try {
            for (;;) {
                co_await talk.next();
            }
        } catch (const boost::system::system_error&) {  // the client is gone
        }
    };
    surroundings stopping;
    stopping.let_go = surroundings::release::stops_when_in_place;
    const injection happened = inject_into(server, *what, stopping);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("; no GOAWAY, and it stayed open"));
}

TEST_F(Http2AtStop, IsOvertakenByAServerThatClosesFirst) {
    const std::unique_ptr<const fault> what =
        make("http2_at_stop", R"({"between": ["50ms", "50ms"]})");
    const auto server = [&](tcp_socket socket) -> asio::awaitable<void> {
        co_await stop_begins_.wait(clock::now() + 10s);
        socket.close();
    };
    surroundings stopping;
    stopping.let_go = surroundings::release::stops_when_in_place;
    const injection happened = inject_into(server, *what, stopping);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_TRUE(happened.overtaken);
}

}  // namespace
}  // namespace stormdrain
