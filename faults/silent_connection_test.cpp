#include "faults/fault_fixture.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class SilentConnection : public fault_fixture {};

TEST_F(SilentConnection, SaysThatTheServerAcceptedIt) {
    const std::unique_ptr<const fault> silent = make("silent_connection");
    EXPECT_EQ(silent->holds(), held_condition::silent);
    const injection happened = inject_into(correct_server, *silent);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(happened.proof, "the server's socket is ESTABLISHED, accepted");
    EXPECT_EQ(log_.at(happened.connection).requests_count, 0U);
}

TEST_F(SilentConnection, SaysThatItIsStillQueued) {
    asio::ip::tcp::acceptor idle(context(),
                                 {asio::ip::address_v4::loopback(), 0});  // never accepts
    const endpoint where{"127.0.0.1", idle.local_endpoint().port()};
    const std::unique_ptr<const fault> silent = make("silent_connection");
    injection happened;
    const surroundings usual;
    run([&]() -> asio::awaitable<void> { happened = co_await inject(*silent, where, usual); });
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(happened.proof, "the server's socket is ESTABLISHED, not accepted yet");
}

TEST_F(SilentConnection, IsNotDeliveredWhereTheServerWaitsForTheFirstByte) {
    asio::ip::tcp::acceptor deferring(context(), {asio::ip::address_v4::loopback(), 0});
    using defer_accept = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_DEFER_ACCEPT>;
    deferring.set_option(defer_accept(5));
    const endpoint where{"127.0.0.1", deferring.local_endpoint().port()};
    const std::unique_ptr<const fault> silent = make("silent_connection");
    injection happened;
    const surroundings usual;
    run([&]() -> asio::awaitable<void> { happened = co_await inject(*silent, where, usual); });
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("does not hold the connection"));
}

TEST_F(SilentConnection, EndsWhenTheServerLosesPatience) {
    const std::unique_ptr<const fault> silent = make("silent_connection");
    surroundings held;
    held.let_go = surroundings::release::never;
    const auto impatient = [&](tcp_socket socket) -> asio::awaitable<void> {
        asio::steady_timer patience(executor(), 300ms);
        co_await patience.async_wait(asio::use_awaitable);
        socket.close();
    };
    const injection happened = inject_into(impatient, *silent, held);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_TRUE(happened.server_closed.has_value());
}

}  // namespace
}  // namespace stormdrain
