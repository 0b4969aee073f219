#include "faults/tls_fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using testing::Not;

class NoCloseNotify : public tls_fault_fixture {};

TEST_F(NoCloseNotify, EndsTheStreamWithoutSayingSo) {
    const std::unique_ptr<const fault> rude = make("no_close_notify");
    EXPECT_FALSE(rude->stands_until_released());
    EXPECT_TRUE(rude->needs_tls());
    boost::system::error_code end_seen;
    const auto server = [&](tcp_socket socket) -> asio::awaitable<void> {
        tls_stream stream(std::move(socket), server_);
        co_await accept_handshake(stream);
        co_await read_request(stream);
        co_await send_text(stream, http_response("hello"));
        std::vector<char> buffer(256);
        auto token = asio::redirect_error(asio::use_awaitable, end_seen);
        co_await stream.async_read_some(asio::buffer(buffer), std::move(token));
    };
    surroundings held;
    held.let_go = surroundings::release::never;
    const injection happened = inject_into(server, *rude, held);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof,
                HasSubstr("answered; without close_notify, after our FIN the server's socket was"));
    EXPECT_EQ(end_seen, asio::ssl::error::stream_truncated);
    EXPECT_EQ(happened.response_status, 200);
    EXPECT_TRUE(happened.server_closed);
}

TEST_F(NoCloseNotify, IsNotDeliveredWithoutAWholeAnswer) {
    const std::unique_ptr<const fault> rude = make("no_close_notify");
    const auto hangs_up = [&](tcp_socket socket) -> asio::awaitable<void> {
        tls_stream stream(std::move(socket), server_);
        co_await accept_handshake(stream);
        co_await read_request(stream);
    };
    const injection happened = inject_into(hangs_up, *rude);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("before its answer was whole"));
}

TEST_F(NoCloseNotify, IsUnavailableWithoutTls) {
    tls_ = nullptr;
    const std::unique_ptr<const fault> rude = make("no_close_notify");
    const injection happened = inject_into(correct_server, *rude);
    EXPECT_TRUE(happened.unavailable);
    EXPECT_EQ(happened.proof, "the port does not speak TLS");
}

}  // namespace
}  // namespace stormdrain
