#include "faults/tls_fault_fixture.hpp"

#include <boost/asio/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class BrokenHandshake : public tls_fault_fixture {
protected:
    static std::unique_ptr<const fault> that_sends(std::string_view what) {
        return make("broken_handshake", R"({"sends": ")" + std::string(what) + "\"}");
    }

    injection inject_into_tls(std::string_view what) {
        const std::unique_ptr<const fault> broken = that_sends(what);
        EXPECT_FALSE(broken->stands_until_released());
        EXPECT_TRUE(broken->needs_tls());
        surroundings held;
        held.let_go = surroundings::release::never;
        return inject_into(correct_tls_server(), *broken, held);
    }

    // The library's reason of an error of its own, 0 of any other.
    int reason_seen() const {
        return handshake_error_.category() == asio::error::get_ssl_category()
                   ? ERR_GET_REASON(static_cast<unsigned long>(handshake_error_.value()))
                   : 0;
    }
};

TEST_F(BrokenHandshake, SendsGarbageThatIsNoRecord) {
    const injection happened = inject_into_tls("garbage");
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("64 bytes of garbage sent to a socket that was ESTAB"));
    EXPECT_EQ(reason_seen(), SSL_R_WRONG_VERSION_NUMBER);
    EXPECT_TRUE(happened.server_closed);
}

TEST_F(BrokenHandshake, SendsTheSameGarbageForTheSameSeed) {
    std::vector<std::string> received;
    const auto reading = [&received](tcp_socket socket) -> asio::awaitable<void> {
        std::vector<char> buffer(4096);
        const std::size_t count =
            co_await socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
        received.emplace_back(buffer.data(), count);
    };
    const std::unique_ptr<const fault> broken = that_sends("garbage");
    surroundings held;
    held.let_go = surroundings::release::never;
    inject_into(reading, *broken, held);
    inject_into(reading, *broken, held);
    ASSERT_EQ(received.size(), 2U);
    EXPECT_EQ(received[0], received[1]);
}

TEST_F(BrokenHandshake, SendsARequestWithoutTls) {
    const injection happened = inject_into_tls("plain_http");
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("a request without TLS"));
    EXPECT_EQ(reason_seen(), SSL_R_HTTP_REQUEST);
}

TEST_F(BrokenHandshake, ResetsBehindItsHello) {
    const injection happened = inject_into_tls("reset_after_hello");
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, StartsWith("a whole ClientHello ("));
    EXPECT_THAT(happened.proof, HasSubstr("then RST to a socket that was ESTABLISHED"));
    EXPECT_TRUE(handshake_error_);
    EXPECT_EQ(log_.at(happened.connection).end, connection_end::reset_by_client);
}

TEST_F(BrokenHandshake, ResetsBehindTheServersFlight) {
    const injection happened = inject_into_tls("reset_after_server_flight");
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, StartsWith("the server's whole flight ("));
    EXPECT_EQ(handshake_error_, asio::error::connection_reset);
}

TEST_F(BrokenHandshake, SendsFinBehindItsHello) {
    const injection happened = inject_into_tls("fin_after_hello");
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("after our FIN the server's socket was"));
    EXPECT_EQ(handshake_error_, asio::ssl::error::stream_truncated);
    EXPECT_TRUE(happened.server_closed);
}

TEST_F(BrokenHandshake, BreaksOffAmidItsMessages) {
    for (const std::string by : {"reset", "fin"}) {
        for (const std::string amid : {"_amid_hello", "_amid_second_flight"}) {
            const injection happened = inject_into_tls(by + amid);
            EXPECT_THAT(happened, WasDelivered());
            EXPECT_THAT(happened.proof, HasSubstr(amid == "_amid_hello" ? " bytes of a ClientHello"
                                                                        : " of our second flight"));
            EXPECT_TRUE(handshake_error_) << by << amid;
        }
    }
}

TEST_F(BrokenHandshake, BreaksOffAtAnExactByte) {
    const auto broken =
        make("broken_handshake", R"({"sends": "fin_amid_second_flight", "bytes": "1B"})");
    EXPECT_EQ(broken->holds(), held_condition::half_closed);
    surroundings held;
    held.let_go = surroundings::release::never;
    const injection happened = inject_into(correct_tls_server(), *broken, held);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, StartsWith("1 of "));
    EXPECT_EQ(handshake_error_, asio::ssl::error::stream_truncated);
}

TEST_F(BrokenHandshake, IsNotDeliveredToASocketThatIsClosed) {
    const std::unique_ptr<const fault> broken = that_sends("reset_after_server_flight");
    const injection happened = inject_into(
        [](tcp_socket socket) -> asio::awaitable<void> {
            std::vector<char> hello(4096);
            co_await socket.async_read_some(asio::buffer(hello), asio::use_awaitable);
        },
        *broken);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_EQ(in_place_count_, 0);
}

}  // namespace
}  // namespace stormdrain
