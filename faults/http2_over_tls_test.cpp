// Every fault that speaks HTTP/2, on a port that agrees on it by ALPN.

#include "faults/tls_fault_fixture.hpp"

#include <openssl/ssl.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using testing::Not;

std::vector<const fault_kind*> http2_faults() {
    std::vector<const fault_kind*> kinds = connection_faults();
    std::erase_if(kinds,
                  [](const fault_kind* kind) { return !make_fault(kind->name)->needs_http2(); });
    return kinds;
}

int choose_http2(SSL*, const unsigned char** chosen, unsigned char* bytes,
                 const unsigned char* offered, unsigned int, void*) {
    *chosen = offered + 1;  // the only one that our clients offer, behind its length
    *bytes = offered[0];
    return SSL_TLSEXT_ERR_OK;
}

class Http2FaultOverTls : public tls_fault_fixture,
                          public testing::WithParamInterface<const fault_kind*> {
protected:
    Http2FaultOverTls() {
        ::SSL_CTX_set_alpn_select_cb(server_.native_handle(), choose_http2, nullptr);
    }

    scripted_peer::script http2_server() {
        return [this](tcp_socket socket) -> asio::awaitable<void> {
            tls_stream stream(std::move(socket), server_);
            handshake_error_ = co_await accept_handshake(stream);
            if (!handshake_error_) {
                co_await serve_http2(stream);
            }
        };
    }
};

TEST_P(Http2FaultOverTls, DeliversToACorrectServer) {
    const std::unique_ptr<const fault> made = make(GetParam()->name);
    const injection happened = inject_into(http2_server(), *made);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(in_place_count_, 1);
    EXPECT_EQ(log_.open_count(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Http2FaultOverTls, testing::ValuesIn(http2_faults()),
                         [](const auto& tested) { return std::string(tested.param->name); });

TEST_F(Http2FaultOverTls, IsNotDeliveredWhereTheServerDoesNotAgreeOnHttp2) {
    ::SSL_CTX_set_alpn_select_cb(server_.native_handle(), nullptr, nullptr);
    const std::unique_ptr<const fault> made = make("http2_no_settings");
    const injection happened = inject_into(http2_server(), *made);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("TLS handshake failed"));
}

}  // namespace
}  // namespace stormdrain
