// What holds of both codecs of TLS.

#include "harness/load/engine/session_codec.hpp"

#include "harness/load/engine/codec_talk.hpp"
#include "harness/load/engine/openssl_codec.hpp"
#include "harness/load/engine/tls13_codec.hpp"

#include <boost/asio/error.hpp>
#include <gmock/gmock.h>

#include <optional>
#include <string>

namespace stormdrain {
namespace {

using tls13::openssl_server;

int choose_h2(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes, const unsigned char*,
              unsigned int, void*) {
    *chosen = reinterpret_cast<const unsigned char*>("h2");
    *chosen_bytes = 2;
    return SSL_TLSEXT_ERR_OK;
}

struct by_openssl {
    explicit by_openssl(const engine_plan& plan) : shared(*plan.tls), codec(shared, plan) {}
    openssl_client shared;
    openssl_codec codec;
};

struct by_our_own {
    explicit by_our_own(const engine_plan& plan)
        : shared(tls13_options(plan)), codec(shared, plan) {}
    tls13::client shared;
    tls13_codec codec;
};

template <class Made>
class SessionCodec : public testing::Test {
protected:
    SessionCodec() { plan_.tls = &client_; }

    auto& begin() {
        made_.emplace(plan_);
        return made_->codec;
    }

    tls_client client_{unverified()};
    engine_plan plan_;
    std::optional<Made> made_;
    openssl_server server_;
};

using both_sessions = testing::Types<by_openssl, by_our_own>;
TYPED_TEST_SUITE(SessionCodec, both_sessions);

TYPED_TEST(SessionCodec, SealsTextBehindTheHandshake) {
    auto& codec = this->begin();
    codec.restart();
    EXPECT_FALSE(codec.is_open());
    EXPECT_FALSE(converse(codec, this->server_));
    EXPECT_TRUE(codec.is_open());
    EXPECT_FALSE(codec.is_resumed());
    codec.seal("ping");
    this->server_.answer(take_output(codec));
    EXPECT_EQ(this->server_.text(), "ping");
    EXPECT_EQ(codec.open(this->server_.say("pong")).text, "pong");
}

TYPED_TEST(SessionCodec, ResumesWhereThePlanSaysSo) {
    for (const handshake_kind kind : {handshake_kind::full, handshake_kind::resumed}) {
        this->plan_.handshakes = kind;
        auto& codec = this->begin();
        for (const bool is_first : {true, false, false}) {
            this->server_.restart();
            codec.restart();
            EXPECT_FALSE(converse(codec, this->server_));
            EXPECT_EQ(codec.is_resumed(), kind == handshake_kind::resumed && !is_first);
            EXPECT_EQ(this->server_.has_resumed(), codec.is_resumed());
            codec.close();
        }
    }
}

TYPED_TEST(SessionCodec, IsNotOpenWhenTheServerDoesNotSpeakHttp2) {
    this->plan_.protocol = engine_protocol::http_2;
    auto& codec = this->begin();
    codec.restart();
    EXPECT_EQ(converse(codec, this->server_), boost::asio::error::no_protocol_option);
    EXPECT_FALSE(codec.is_open());
    ::SSL_CTX_set_alpn_select_cb(this->server_.context(), choose_h2, nullptr);
    this->server_.restart();
    codec.restart();
    EXPECT_FALSE(converse(codec, this->server_));
    EXPECT_TRUE(codec.is_open());
}

TYPED_TEST(SessionCodec, TellsAGoodbyeFromAFailure) {
    auto& codec = this->begin();
    codec.restart();
    converse(codec, this->server_);
    ::SSL_shutdown(this->server_.connection());
    EXPECT_EQ(codec.open(this->server_.output()).error, boost::asio::error::eof);
    codec.restart();
    take_output(codec);
    const boost::system::error_code error = codec.open("HTTP/1.1 400 Bad Request\r\n\r\n").error;
    EXPECT_TRUE(error);
    EXPECT_NE(error, boost::asio::error::eof);
    EXPECT_FALSE(codec.is_open());
}

TYPED_TEST(SessionCodec, SaysGoodbyeOnceItIsOpen) {
    auto& codec = this->begin();
    codec.close();
    codec.restart();
    converse(codec, this->server_);
    codec.close();
    this->server_.answer(take_output(codec));
    EXPECT_EQ(::SSL_get_shutdown(this->server_.connection()), SSL_RECEIVED_SHUTDOWN);
}

}  // namespace
}  // namespace stormdrain
