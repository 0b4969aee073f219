#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class StalledReader : public fault_fixture {
protected:
    StalledReader() { held_.let_go = surroundings::release::never; }
    surroundings held_;
};

TEST_F(StalledReader, LeavesBytesInTheServersSocketThatDoNotMove) {
    const std::unique_ptr<const fault> stalled = make("stalled_reader");
    EXPECT_EQ(stalled->holds(), held_condition::stalled_reader);
    const injection happened = inject_into(correct_server, *stalled);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("do not move"));
    EXPECT_FALSE(happened.server_closed.has_value());
}

TEST_F(StalledReader, SeesThatTheServerGaveUpByReset) {
    const std::unique_ptr<const fault> stalled = make("stalled_reader");
    const auto gives_up = [&](tcp_socket socket) -> asio::awaitable<void> {
        const auto blocked = [&]() -> asio::awaitable<void> {
            co_await read_request(socket);
            co_await send_text(socket, http_response(std::string(16 << 20, 'x')));
        };
        const auto patience = [&]() -> asio::awaitable<void> {
            asio::steady_timer timer(executor(), 400ms);
            co_await timer.async_wait(asio::use_awaitable);
        };
        co_await first_of(blocked(), patience());
        socket.set_option(tcp_socket::linger(true, 0));
        socket.close();  // the destructor would clear the option
    };
    const injection happened = inject_into(gives_up, *stalled, held_);
    EXPECT_THAT(happened, WasDelivered());
    ASSERT_TRUE(happened.server_closed.has_value());
    EXPECT_EQ(log_.at(happened.connection).end, connection_end::reset_by_server);
}

TEST_F(StalledReader, IsNotDeliveredWhenTheAnswerFitsIntoTheBuffers) {
    const auto stalled = make("stalled_reader", R"({"route": "small"})");
    held_.within = 300ms;
    const injection happened = inject_into(correct_server, *stalled, held_);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("never blocked"));
}

}  // namespace
}  // namespace stormdrain
