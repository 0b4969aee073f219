#include "faults/fault_fixture.hpp"
#include "harness/testing/http2_script.hpp"

#include <boost/asio/steady_timer.hpp>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class Http2NoSettings : public fault_fixture {};

TEST_F(Http2NoSettings, SendsThePrefaceAndNothingMore) {
    const std::unique_ptr<const fault> what = make("http2_no_settings");
    EXPECT_EQ(what->holds(), held_condition::partial_header);
    EXPECT_TRUE(what->needs_http2());
    const injection happened = inject_into(listening(), *what);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(received_, http2_client_preface);
    EXPECT_THAT(happened.proof, HasSubstr("no SETTINGS, the server's socket is ESTABLISHED"));
}

TEST_F(Http2NoSettings, EndsWhenTheServerLosesPatience) {
    const std::unique_ptr<const fault> what = make("http2_no_settings");
    surroundings held;
    held.let_go = surroundings::release::never;
    const auto impatient = [&](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_until(socket, "SM\r\n\r\n");
        asio::steady_timer patience(executor(), 300ms);
        co_await patience.async_wait(asio::use_awaitable);
        socket.close();
    };
    const injection happened = inject_into(impatient, *what, held);
    EXPECT_TRUE(happened.server_closed.has_value());
}

}  // namespace
}  // namespace stormdrain
