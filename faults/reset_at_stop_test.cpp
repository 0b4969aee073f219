#include "faults/fault_fixture.hpp"

#include <boost/asio/error.hpp>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class ResetAtStop : public fault_fixture, public testing::WithParamInterface<const char*> {
protected:
    static surroundings at_stop() {
        surroundings around;
        around.let_go = surroundings::release::stops_when_in_place;
        return around;
    }
};

TEST_P(ResetAtStop, ReachesTheServerOnceTheStopHasBegun) {
    const auto reset = make("reset_at_stop", R"({"at": ")" + std::string(GetParam()) + "\"}");
    EXPECT_EQ(reset->holds(), held_condition::none);
    EXPECT_TRUE(reset->stands_until_released());
    EXPECT_EQ(to_text(reset->point()), GetParam());
    bool stopped_before = false;
    bool was_reset = false;
    const auto server = [&](tcp_socket socket) -> asio::awaitable<void> {
        co_await serve_correctly(socket);
        stopped_before = stop_begins_.is_open();
        boost::system::error_code error;
        socket.remote_endpoint(error);
        was_reset = error == asio::error::not_connected;
    };
    const injection happened = inject_into(server, *reset, at_stop());
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("the stop; then RST to a socket"));
    EXPECT_EQ(reset->strikes_ahead_of_signal(), reset->point() != strike_point::handler);
    EXPECT_EQ(in_place_count_, 1);
    EXPECT_EQ(log_.at(happened.connection).end, connection_end::reset_by_client);
    EXPECT_TRUE(stopped_before);
    EXPECT_TRUE(was_reset);
}

INSTANTIATE_TEST_SUITE_P(Points, ResetAtStop,
                         testing::Values("handler", "connect", "request_headers", "request_body",
                                         "response_body", "idle"));

TEST_F(ResetAtStop, IsOvertakenByAServerThatClosesFirst) {
    const auto closes = [this](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole"));
        co_await stop_begins_.wait(clock::now() + 5s);
    };
    const auto reset = make("reset_at_stop", R"({"at": "idle", "between": ["50ms", "50ms"]})");
    EXPECT_FALSE(reset->strikes_ahead_of_signal());
    const injection happened = inject_into(closes, *reset, at_stop());
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_TRUE(happened.overtaken);
    EXPECT_THAT(happened.proof, HasSubstr("had closed 50 ms after the stop"));
}

TEST_F(ResetAtStop, IsNotDeliveredWhenItIsLetGoOfFirst) {
    surroundings alone;
    alone.within = 100ms;
    alone.let_go = surroundings::release::never;
    const auto reset = make("reset_at_stop", R"({"at": "idle"})");
    const injection happened = inject_into(correct_server, *reset, alone);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("let go of before the stop"));
}

}  // namespace
}  // namespace stormdrain
