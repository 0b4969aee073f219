#include "harness/net/openssl_session.hpp"

#include "harness/net/tls13/openssl_server.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stormdrain {
namespace {

using tls13::converse;
using tls13::key_sort;
using tls13::openssl_server;
using tls13::take_output;

tls_client_options unverified() {
    tls_client_options options;
    options.verification = tls_verification::none;
    options.server_name = "localhost";
    return options;
}

class OpensslSession : public testing::Test {
protected:
    static void expect_talk(openssl_session& one, openssl_server& server) {
        converse(one, server);
        ASSERT_EQ(one.state(), tls_codec_state::open) << one.failure_text();
        ASSERT_TRUE(server.is_open());
        one.seal("ping");
        one.feed(server.answer(take_output(one)));
        EXPECT_EQ(server.text(), "ping");
        one.feed(server.say("pong"));
        EXPECT_EQ(one.plaintext(), "pong");
    }

    tls_client client_{unverified()};
    openssl_client shared_{client_};
};

TEST_F(OpensslSession, TalksInEveryVersionWithEveryKindOfKey) {
    for (const key_sort sort : {key_sort::ecdsa_p256, key_sort::rsa, key_sort::ed25519}) {
        openssl_server server(sort);
        for (const tls_version version :
             {tls_version::tls_1_2, tls_version::tls_1_3, tls_version::any}) {
            tls_handshake_wish wish;
            wish.version = version;
            openssl_session one(shared_, wish);
            expect_talk(one, server);
            EXPECT_FALSE(one.is_resumed());
            EXPECT_EQ(::SSL_version(server.connection()),
                      version == tls_version::tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION);
            server.restart();
        }
    }
}

TEST_F(OpensslSession, ResumesWhatItIsToldToResumeAndNothingElse) {
    openssl_server server;
    for (const tls_version version : {tls_version::tls_1_2, tls_version::tls_1_3}) {
        tls_session kept;
        tls_handshake_wish wish;
        wish.version = version;
        wish.session = &kept;
        for (const bool resumes : {false, true, true}) {
            server.restart();
            openssl_session one(shared_, wish);
            expect_talk(one, server);
            EXPECT_EQ(one.is_resumed(), resumes);
            EXPECT_EQ(server.has_resumed(), resumes);
            one.close();
            server.restart();
            openssl_session other(shared_);
            expect_talk(other, server);
            EXPECT_FALSE(other.is_resumed());
        }
    }
}

int take_h2(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes,
            const unsigned char* offered, unsigned int, void*) {
    *chosen = offered + 1;
    *chosen_bytes = offered[0];
    return SSL_TLSEXT_ERR_OK;
}

TEST_F(OpensslSession, OffersTheProtocolThatIsWished) {
    openssl_server server;
    ::SSL_CTX_set_alpn_select_cb(server.context(), take_h2, nullptr);
    tls_handshake_wish wish;
    for (const char* const protocol : {"h2", ""}) {
        wish.protocol = protocol;
        server.restart();
        openssl_session one(shared_, wish);
        expect_talk(one, server);
        EXPECT_EQ(one.application_protocol(), protocol);
    }
}

TEST_F(OpensslSession, CarriesMuchInManyRecordsBothWays) {
    openssl_server server;
    openssl_session one(shared_);
    expect_talk(one, server);
    const std::string much(100'000, 'x');
    one.seal(much);
    server.answer(take_output(one));
    EXPECT_EQ(server.text(), "ping" + much);
    one.feed(server.say(much));
    EXPECT_EQ(one.plaintext(), much);
}

TEST_F(OpensslSession, IsFedInAnyPieces) {
    openssl_server server;
    openssl_session one(shared_);
    const std::string flight = server.answer(take_output(one));
    for (const char& byte : flight) {
        EXPECT_EQ(one.state(), tls_codec_state::handshaking);
        one.feed({&byte, 1});
    }
    EXPECT_EQ(one.state(), tls_codec_state::open);
    std::string stream = server.answer(take_output(one));  // tickets
    stream += server.say("pong");
    stream += server.say("pong");
    std::string text;
    for (const char& byte : stream) {
        one.feed({&byte, 1});
        text += one.plaintext();
    }
    EXPECT_EQ(text, "pongpong");
}

TEST_F(OpensslSession, TrustsTheCertificateThatItWasToldToTrustAndNoOther) {
    const temporary_folder folder;
    openssl_server server;
    tls_client_options options;
    options.server_name = "localhost";
    options.trusted_certificate_path = folder.path() + "/trusted.pem";
    tls13::write_pem(server.certificate(), options.trusted_certificate_path);
    const tls_client trusting(options);
    openssl_client shared(trusting);
    openssl_session trusted(shared);
    expect_talk(trusted, server);
    openssl_server impostor;
    openssl_session refused(shared);
    converse(refused, impostor);
    EXPECT_EQ(refused.state(), tls_codec_state::failed);
    EXPECT_EQ(refused.failure_text(), "certificate verify failed");
    EXPECT_FALSE(impostor.is_open());
}

TEST_F(OpensslSession, SaysGoodbyeAndHearsIt) {
    openssl_server server;
    openssl_session one(shared_);
    expect_talk(one, server);
    ::SSL_shutdown(server.connection());
    one.feed(server.output());
    EXPECT_EQ(one.state(), tls_codec_state::ended);
    one.seal("last words");
    EXPECT_FALSE(take_output(one).empty());
    one.close();
    EXPECT_FALSE(one.output().empty());
    const std::size_t bytes = one.output().size();
    one.seal("too late");
    EXPECT_EQ(one.output().size(), bytes);
}

TEST_F(OpensslSession, SaysWhatIsWrongAndTellsTheServer) {
    openssl_session to_http(shared_);
    take_output(to_http);
    to_http.feed("HTTP/1.1 400 Bad Request\r\n\r\n");
    EXPECT_EQ(to_http.state(), tls_codec_state::failed);
    EXPECT_EQ(to_http.failure_text(), "wrong version number");
    EXPECT_EQ(to_http.failure_code().message(), "wrong version number (SSL routines)");

    openssl_server server;
    openssl_session one(shared_);
    expect_talk(one, server);
    std::string touched = server.say("pong");
    touched.back() = static_cast<char>(touched.back() ^ 1);
    one.feed(touched);
    EXPECT_EQ(one.state(), tls_codec_state::failed);
    EXPECT_TRUE(one.plaintext().empty());
    EXPECT_FALSE(one.output().empty()) << "an alert";
}

TEST_F(OpensslSession, SendsWhatItSaysOnceAndInAnyPieces) {
    openssl_server server;
    openssl_session one(shared_);
    std::string hello;
    while (!one.output().empty()) {
        hello += one.output().front();
        one.sent(1);
    }
    one.feed(server.answer(hello));
    EXPECT_EQ(one.state(), tls_codec_state::open) << one.failure_text();
}

}  // namespace
}  // namespace stormdrain
