#include "faults/tls_fault_fixture.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Garbage : public tls_fault_fixture {
protected:
    Garbage() { held_.let_go = surroundings::release::never; }

    // Takes all that comes by the first read and does what `then` says.
    template <class Then>
    auto once_read(Then then) {
        return [this, then](tcp_socket socket) -> asio::awaitable<void> {
            std::vector<char> buffer(64 * 1024);
            const std::size_t count =
                co_await socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
            received_.assign(buffer.data(), count);
            co_await then(socket);
        };
    }
    static asio::awaitable<void> refuse(tcp_socket& socket) {
        co_await send_text(socket, http_response("", "", "400 Bad Request"));
    }
    static asio::awaitable<void> reset(tcp_socket& socket) {
        socket.set_option(tcp_socket::linger(true, 0));
        socket.close();
        co_return;
    }

    surroundings held_;
};

TEST_F(Garbage, ComesAsTheFirstBytesAndIsTheSameForTheSameSeed) {
    tls_ = nullptr;
    const std::unique_ptr<const fault> bytes = make("garbage");
    EXPECT_FALSE(bytes->stands_until_released());
    const injection happened = inject_into(once_read(refuse), *bytes, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(happened.proof,
              "64 bytes of garbage as the first bytes acknowledged by the server's "
              "kernel; answered 400; then the server's FIN");
    EXPECT_EQ(happened.response_status, 400);
    EXPECT_EQ(received_.size(), 64U);
    const std::string once = std::exchange(received_, {});
    inject_into(once_read(refuse), *bytes, held_);
    EXPECT_EQ(received_, once);
}

TEST_F(Garbage, ComesWithoutTlsOnAPortThatSpeaksIt) {
    const std::unique_ptr<const fault> bytes = make("garbage", R"({"bytes": "200B"})");
    const injection happened = inject_into(once_read(reset), *bytes, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, EndsWith("; then the server's RST"));
    EXPECT_EQ(received_.size(), 200U);
}

TEST_F(Garbage, ComesBehindARequestLineThatIsInOrder) {
    tls_ = nullptr;
    const auto bytes = make("garbage", R"({"at": "request_headers", "bytes": "32B"})");
    EXPECT_EQ(bytes->holds(), held_condition::partial_header);
    const injection happened = inject_into(once_read(refuse), *bytes, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(received_, StartsWith("GET / HTTP/1.1\r\n"));
    EXPECT_EQ(received_.size(), 16U + 32U);
}

TEST_F(Garbage, ComesInsideARecordThatIsInOrder) {
    const auto bytes = make("garbage", R"({"at": "handshake", "bytes": "300B"})");
    EXPECT_TRUE(bytes->needs_tls());
    EXPECT_EQ(bytes->holds(), held_condition::tls_hello);
    const injection happened = inject_into(once_read(refuse), *bytes, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(received_, StartsWith(std::string("\x16\x03\x01\x01\x2c", 5)));
    EXPECT_EQ(received_.size(), 5U + 300U);
}

// Goal: a TLS server takes the record for one and finds nothing in it.
TEST_F(Garbage, IsNoHandshakeMessage) {
    const auto bytes = make("garbage", R"({"at": "handshake"})");
    const injection happened = inject_into(correct_tls_server(), *bytes, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(ERR_GET_REASON(static_cast<unsigned long>(handshake_error_.value())),
              SSL_R_UNEXPECTED_MESSAGE);
    EXPECT_TRUE(happened.server_closed);
}

TEST_F(Garbage, IsNotDeliveredToAServerThatResetsBefore) {
    tls_ = nullptr;
    const auto resets = [](tcp_socket socket) -> asio::awaitable<void> { co_await reset(socket); };
    const injection happened = inject_into(resets, *make("garbage"), held_);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_EQ(in_place_count_, 0);
}

TEST_F(Garbage, SaysThatTheServerWaitsForMore) {
    tls_ = nullptr;
    const auto bytes = make("garbage", R"({"bytes": "1B"})");
    gate over(executor());
    const auto waiting = [&over](tcp_socket) -> asio::awaitable<void> {
        co_await over.wait(clock::now() + std::chrono::seconds(10));
    };
    scripted_peer peer(executor(), waiting);
    injection happened;
    run([&]() -> asio::awaitable<void> {
        const endpoint where = peer.where();
        happened = co_await inject(*bytes, where, held_);
        over.open();
        co_await peer.stop();
    });
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, EndsWith("; then nothing"));
}

}  // namespace
}  // namespace stormdrain
