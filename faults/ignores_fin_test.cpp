#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class IgnoresFin : public fault_fixture {};

// Goal: the server's FIN comes, our end stays open in CLOSE_WAIT until it is released.
TEST_F(IgnoresFin, KeepsItsEndOpenBehindTheServersFin) {
    const std::unique_ptr<const fault> ignores = make("ignores_fin");
    EXPECT_EQ(ignores->holds(), held_condition::fin_ignored);
    surroundings held;
    held.let_go = surroundings::release::never;
    bool still_open = false;
    const auto waits_for_our_fin = [&](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole"));
        socket.shutdown(tcp_socket::shutdown_send);
        asio::steady_timer watch(executor(), 100ms);
        co_await watch.async_wait(asio::use_awaitable);
        still_open = log_.open_count() == 1;
        released_.open();
        co_await read_request(socket);  // our FIN
    };
    const injection happened = inject_into(waits_for_our_fin, *ignores, held);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_TRUE(still_open);
    EXPECT_THAT(happened.proof, HasSubstr("CLOSE_WAIT"));
    EXPECT_TRUE(happened.server_closed.has_value());
}

TEST_F(IgnoresFin, SaysThatNoFinCame) {
    const std::unique_ptr<const fault> ignores = make("ignores_fin");
    const injection happened = inject_into(correct_server, *ignores);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, Not(HasSubstr("CLOSE_WAIT")));
    EXPECT_FALSE(happened.server_closed.has_value());
}

}  // namespace
}  // namespace stormdrain
