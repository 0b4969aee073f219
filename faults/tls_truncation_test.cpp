#include "faults/tls_fault_fixture.hpp"

#include <boost/asio/error.hpp>
#include <openssl/ssl.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class TlsTruncation : public tls_fault_fixture {
protected:
    TlsTruncation() { held_.let_go = surroundings::release::never; }

    // A server that reads once behind its handshake, and what came of that.
    auto reading() {
        return [this](tcp_socket socket) -> asio::awaitable<void> {
            tls_stream stream(std::move(socket), server_);
            handshake_error_ = co_await accept_handshake(stream);
            std::vector<char> buffer(4096);
            auto token = asio::redirect_error(asio::use_awaitable, read_error_);
            received_bytes_ =
                co_await stream.async_read_some(asio::buffer(buffer), std::move(token));
        };
    }

    surroundings held_;
    boost::system::error_code read_error_;
    std::size_t received_bytes_ = 0;
};

TEST_F(TlsTruncation, EndsAmidARecordByFin) {
    const std::unique_ptr<const fault> cut = make("tls_truncation");
    EXPECT_TRUE(cut->needs_tls());
    EXPECT_EQ(cut->holds(), held_condition::half_closed);
    EXPECT_FALSE(cut->stands_until_released());
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SSL_CTX_set_max_proto_version(server_.native_handle(), version);
        const injection happened = inject_into(reading(), *cut, held_);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_THAT(happened.proof, HasSubstr(" bytes of a sealed request sent; after our FIN the "
                                              "server's socket was "));
        EXPECT_FALSE(handshake_error_) << handshake_error_.message();
        EXPECT_EQ(read_error_, asio::ssl::error::stream_truncated);
        EXPECT_EQ(received_bytes_, 0U) << "of half a record";
        EXPECT_TRUE(happened.server_closed);
    }
}

TEST_F(TlsTruncation, EndsAtAnExactByteByReset) {
    const auto cut = make("tls_truncation", R"({"by": "reset", "bytes": "5B"})");
    EXPECT_EQ(cut->holds(), held_condition::none);
    const injection happened = inject_into(reading(), *cut, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, StartsWith("5 of "));
    EXPECT_THAT(happened.proof, HasSubstr("; then RST to a socket that was ESTABLISHED"));
    EXPECT_EQ(read_error_, asio::error::connection_reset);
}

TEST_F(TlsTruncation, IsNotDeliveredBehindTheLastByte) {
    const auto beyond = make("tls_truncation", R"({"bytes": "4KiB"})");
    const injection happened = inject_into(reading(), *beyond, held_);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, EndsWith(" bytes cannot be cut behind 4096"));
}

TEST_F(TlsTruncation, IsUnavailableWithoutTls) {
    tls_ = nullptr;
    const injection happened = inject_into(correct_server, *make("tls_truncation"));
    EXPECT_TRUE(happened.unavailable);
    EXPECT_EQ(happened.proof, "the port does not speak TLS");
}

}  // namespace
}  // namespace stormdrain
