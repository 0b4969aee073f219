#include "harness/load/engine/openssl_codec.hpp"

#include "harness/net/tls13/openssl_server.hpp"

#include <boost/asio/error.hpp>
#include <gmock/gmock.h>

#include <string>

namespace stormdrain {
namespace {

using tls13::openssl_server;

tls_client_options unverified() {
    tls_client_options options;
    options.verification = tls_verification::none;
    return options;
}

std::string take_output(openssl_codec& codec) {
    std::string bytes(codec.output());
    codec.sent(bytes.size());
    return bytes;
}

// To and fro until nobody has anything to say; what the client met.
boost::system::error_code converse(openssl_codec& codec, openssl_server& server) {
    boost::system::error_code met;
    std::string bytes = take_output(codec);
    while (!bytes.empty()) {
        const opened_bytes opened = codec.open(server.answer(bytes));
        met = met ? met : opened.error;
        bytes = take_output(codec);
    }
    return met;
}

int choose_h2(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes, const unsigned char*,
              unsigned int, void*) {
    *chosen = reinterpret_cast<const unsigned char*>("h2");
    *chosen_bytes = 2;
    return SSL_TLSEXT_ERR_OK;
}

class OpensslCodec : public testing::Test {
protected:
    engine_plan plan_;
    tls_client client_{unverified()};
    openssl_client shared_{client_};
    openssl_server server_;
};

TEST_F(OpensslCodec, SealsTextBehindTheHandshake) {
    openssl_codec codec(shared_, plan_);
    codec.restart();
    EXPECT_FALSE(codec.is_open());
    EXPECT_FALSE(converse(codec, server_));
    EXPECT_TRUE(codec.is_open());
    EXPECT_FALSE(codec.is_resumed());
    codec.seal("ping");
    server_.answer(take_output(codec));
    EXPECT_EQ(server_.text(), "ping");
    EXPECT_EQ(codec.open(server_.say("pong")).text, "pong");
}

TEST_F(OpensslCodec, ResumesWhereThePlanSaysSo) {
    for (const handshake_kind kind : {handshake_kind::full, handshake_kind::resumed}) {
        plan_.handshakes = kind;
        openssl_codec codec(shared_, plan_);
        for (const bool is_first : {true, false}) {
            server_.restart();
            codec.restart();
            converse(codec, server_);
            EXPECT_EQ(codec.is_resumed(), kind == handshake_kind::resumed && !is_first);
            codec.close();
        }
    }
}

TEST_F(OpensslCodec, IsNotOpenWhenTheServerDoesNotSpeakHttp2) {
    plan_.protocol = engine_protocol::http_2;
    openssl_codec codec(shared_, plan_);
    codec.restart();
    EXPECT_EQ(converse(codec, server_), boost::asio::error::no_protocol_option);
    EXPECT_FALSE(codec.is_open());
    ::SSL_CTX_set_alpn_select_cb(server_.context(), choose_h2, nullptr);
    server_.restart();
    codec.restart();
    EXPECT_FALSE(converse(codec, server_));
    EXPECT_TRUE(codec.is_open());
}

TEST_F(OpensslCodec, TellsAGoodbyeFromAFailure) {
    openssl_codec codec(shared_, plan_);
    codec.restart();
    converse(codec, server_);
    ::SSL_shutdown(server_.connection());
    EXPECT_EQ(codec.open(server_.output()).error, boost::asio::error::eof);
    codec.restart();
    take_output(codec);
    const boost::system::error_code error = codec.open("HTTP/1.1 400 Bad Request\r\n\r\n").error;
    EXPECT_EQ(error.message(), "wrong version number (SSL routines)");
}

TEST_F(OpensslCodec, SaysGoodbyeOnceItIsOpen) {
    openssl_codec codec(shared_, plan_);
    codec.close();
    codec.restart();
    take_output(codec);
    codec.close();
    EXPECT_TRUE(codec.output().empty());
    codec.restart();
    converse(codec, server_);
    codec.close();
    EXPECT_FALSE(codec.output().empty());
}

}  // namespace
}  // namespace stormdrain
